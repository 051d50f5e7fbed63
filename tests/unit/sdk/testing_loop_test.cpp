// The loops of a FakeHost, cranked by hand.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using gn::testing::FakeHost;

namespace {

// What a test's callbacks write down.
struct Notes {
    FakeHost* host = nullptr;
    std::vector<std::string> all;
    gn_status seen = GN_OK;
    void add(std::string text) { all.push_back(std::move(text)); }
};

Notes& notes(void* arg) { return *static_cast<Notes*>(arg); }
void note_post(void* arg) { notes(arg).add("post"); }
void note_done(void* arg) { notes(arg).add("done"); }
void note_tick(void* arg) { notes(arg).add("tick " + std::to_string(notes(arg).host->now_ms)); }
void throw_oops(void*) { throw std::runtime_error("oops"); }

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a post runs later, on each loop, in its order") {
    FakeHost host;
    Notes seen{&host, {}, GN_OK};
    CHECK(host.loop->index(host.worker().raw()) == 0);
    CHECK(host.loop->index(host.main_loop().raw()) == 1);
    CHECK(host.loop->index(nullptr) == UINT32_MAX);
    CHECK(host.loop->post(host.loop_raw(), &note_post, &seen) == GN_OK);
    CHECK(host.loop->post(host.main_loop().raw(), &note_done, &seen) == GN_OK);
    CHECK(host.loop->post(host.loop_raw(), nullptr, &seen) == GN_E_INVALID);
    CHECK(seen.all.empty());
    CHECK(host.turn());
    CHECK(seen.all == Lines{"post", "done"});
    CHECK_FALSE(host.turn());
    host.worker().close();
    CHECK(host.loop->post(host.loop_raw(), &note_post, &seen) == GN_E_STATE);
}

TEST_CASE("a closed loop forgets what was posted, and its timers") {
    FakeHost host;
    Notes seen{&host, {}, GN_OK};
    host.loop->post(host.loop_raw(), &note_post, &seen);
    host.loop->timer_start(host.loop_raw(), 1, 0, &note_tick, &seen);
    CHECK(host.worker().posts() == 1);
    host.worker().close();
    host.advance(100);
    CHECK(seen.all.empty());
    CHECK(host.loop->timer_start(host.loop_raw(), 1, 0, &note_tick, &seen) == 0);
    CHECK(host.loop->work(host.loop_raw(), &note_post, nullptr, &seen) == GN_E_STATE);
}

TEST_CASE("a job runs where loop functions are refused, its end where they are not") {
    FakeHost host;
    Notes seen{&host, {}, GN_OK};
    const auto run = [](void* arg) {
        Notes& own = notes(arg);
        own.seen = own.host->loop->work(own.host->loop_raw(), &note_post, nullptr, arg);
        CHECK(own.host->loop->timer_start(own.host->loop_raw(), 1, 0, &note_tick, arg) == 0);
        CHECK(own.host->loop->post(own.host->loop_raw(), &note_post, arg) == GN_OK);
        own.add("run");
    };
    CHECK(host.loop->work(host.loop_raw(), run, &note_done, &seen) == GN_OK);
    CHECK(host.loop->work(host.loop_raw(), &note_post, nullptr, &seen) == GN_OK);
    CHECK(host.loop->work(host.loop_raw(), nullptr, &note_done, &seen) == GN_E_INVALID);
    CHECK(host.work_waiting() == 2);
    CHECK(host.run_work());
    CHECK(seen.seen == GN_E_THREAD);
    CHECK(seen.all == Lines{"run", "done", "post"});
    host.settle();
    CHECK(seen.all.size() == 4);
    host.work_status = GN_E_LIMIT;
    CHECK(host.loop->work(host.loop_raw(), &note_post, nullptr, &seen) == GN_E_LIMIT);
}

TEST_CASE("timers run when they are due, on both clocks") {
    FakeHost host;
    host.now_ms = 1000;
    Notes seen{&host, {}, GN_OK};
    const auto start = [&](std::uint64_t delay_ms, std::uint64_t every_ms) {
        return host.loop->timer_start(host.loop_raw(), delay_ms, every_ms, &note_tick, &seen);
    };
    const gn_timer repeating = start(20, 50);
    CHECK(start(30, 0) != repeating);
    const gn_timer stopped = start(25, 0);
    host.loop->timer_stop(host.loop_raw(), stopped);
    CHECK(host.loop->timer_start(host.loop_raw(), 0, 0, nullptr, nullptr) == 0);
    host.advance(10);
    CHECK(seen.all.empty());
    CHECK(host.now_ms == 1010);
    host.advance(70);
    CHECK(seen.all == Lines{"tick 1020", "tick 1030", "tick 1070"});
    CHECK(host.now_ms == 1080);
    CHECK(host.worker().timers() == 1);
    host.loop->timer_stop(host.loop_raw(), repeating);
    host.advance(1000);
    CHECK(seen.all.size() == 3);
}

TEST_CASE("what a callback throws becomes a log line") {
    FakeHost host;
    host.loop->post(host.loop_raw(), &throw_oops, nullptr);
    host.loop->work(host.loop_raw(), &throw_oops, &throw_oops, nullptr);
    host.loop->timer_start(host.loop_raw(), 0, 0, &throw_oops, nullptr);
    host.advance(0);
    CHECK(host.logged("a posted function threw: oops"));
    CHECK(host.logged("a work function threw: oops"));
    CHECK(host.logged("a work result threw: oops"));
    CHECK(host.logged("a timer threw: oops"));
}

TEST_CASE("the libuv loop is there when the test gives one") {
    FakeHost host;
    CHECK(host.loop->uv(host.loop_raw(), 0) == nullptr);
    auto* const loop = reinterpret_cast<struct uv_loop_s*>(&host);
    host.worker().uv = loop;
    CHECK(host.loop->uv(host.loop_raw(), 0) == loop);
}

TEST_CASE("a thread of the plugin posts, and the test waits for it") {
    FakeHost host;
    Notes seen{&host, {}, GN_OK};
    std::thread thread([&] { host.loop->post(host.loop_raw(), &note_post, &seen); });
    CHECK(host.wait_until([&] { return !seen.all.empty(); }));
    thread.join();
    CHECK_FALSE(host.wait_until([] { return false; }, std::chrono::milliseconds(1)));
}

TEST_CASE("a plugin that always asks for more is found out") {
    FakeHost host;
    struct Endless {
        static void again(void* arg) {
            auto* const host = static_cast<FakeHost*>(arg);
            host->loop->post(host->loop_raw(), &again, arg);
        }
    };
    host.loop->post(host.loop_raw(), &Endless::again, &host);
    CHECK_THROWS_AS(host.settle(), std::logic_error);
}
