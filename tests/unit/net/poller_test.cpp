#include "net/poller.h"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <functional>

using namespace grapnel;

namespace {

// An eventfd that a poller watches.
struct Counter final : Pollable {
    explicit Counter(int* deaths = nullptr) : deaths_(deaths) {}
    ~Counter() override {
        ::close(descriptor);
        if (deaths_ != nullptr) ++*deaths_;
    }
    void on_events(uint32_t events) override {
        ++told;
        last_events = events;
        if (then) then();
    }
    void ring() { ::eventfd_write(descriptor, 1); }
    void quiet() {
        eventfd_t count = 0;
        ::eventfd_read(descriptor, &count);
    }

    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int told = 0;
    uint32_t last_events = 0;
    std::function<void()> then;

private:
    int* deaths_;
};

}  // namespace

TEST_CASE("a poller tells what was asked for, again as long as it lasts") {
    Poller poller;
    Counter counter;
    REQUIRE(poller.add(counter.descriptor, EPOLLIN, counter));
    poller.poll(0);
    CHECK(counter.told == 0);
    counter.ring();
    poller.poll(-1);
    poller.poll(-1);
    CHECK(counter.told == 2);
    CHECK(counter.last_events == EPOLLIN);
    poller.change(counter.descriptor, EPOLLIN | EPOLLOUT, counter);
    counter.quiet();
    poller.poll(-1);
    CHECK(counter.told == 3);
    CHECK(counter.last_events == EPOLLOUT);
    poller.remove(counter.descriptor);
    poller.poll(0);
    CHECK(counter.told == 3);
}

TEST_CASE("a poller refuses what cannot be waited for") {
    Poller poller;
    Counter counter;
    CHECK_FALSE(poller.add(-1, EPOLLIN, counter));
    REQUIRE(poller.add(counter.descriptor, EPOLLIN, counter));
    CHECK_FALSE(poller.add(counter.descriptor, EPOLLIN, counter));
}

TEST_CASE("what is buried lives until everything read with its events is told") {
    Poller poller;
    int deaths = 0;
    auto first = std::make_unique<Counter>(&deaths);
    Counter second;
    for (Counter* each : {first.get(), &second}) {
        REQUIRE(poller.add(each->descriptor, EPOLLIN, *each));
        each->ring();
    }
    int deaths_seen = -1;
    first->then = second.then = [&] {
        if (first) poller.bury(std::move(first));
        deaths_seen = deaths;
    };
    poller.poll(-1);
    CHECK(deaths_seen == 0);
    CHECK(deaths == 1);
}

TEST_CASE("who is recalled is called in the next turn, once, and in order") {
    struct Recalled final : Pollable {
        void on_events(uint32_t events) override {
            CHECK(events == 0);
            ++called;
            if (action) action();
        }
        int called = 0;
        std::function<void()> action;
    };
    Poller poller;
    Recalled first;
    Recalled second;
    Recalled third;
    first.action = [&] {
        poller.forget(second);
        poller.recall(third);
    };
    poller.recall(first);
    poller.recall(second);
    CHECK(poller.recalls() == 2);
    poller.poll(-1);
    CHECK(first.called == 1);
    CHECK(second.called == 0);
    CHECK(third.called == 0);
    CHECK(poller.recalls() == 1);
    poller.poll(-1);
    CHECK(third.called == 1);
    poller.poll(0);
    CHECK(first.called == 1);
}
