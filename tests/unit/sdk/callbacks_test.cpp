// Timers and inline subscriptions of the C++ wrapper.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using gn::testing::FakeHost;
using gn::testing::FakePacket;

namespace {

struct Fixture {
    void deliver(const char* topic) { host.deliver(FakePacket::publish(topic, "")); }

    FakeHost host;
    gn::Loop loop{&host, host.loop_raw()};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a timer calls when it is due, again and again") {
    int calls = 0;
    const gn::Timer timer(loop, 10, 5, [&calls] { ++calls; });
    CHECK(static_cast<bool>(timer));
    host.advance(9);
    CHECK(calls == 0);
    host.advance(1);
    CHECK(calls == 1);
    host.advance(10);
    CHECK(calls == 3);
}

TEST_CASE_FIXTURE(Fixture, "a timer without a period calls once") {
    int calls = 0;
    const gn::Timer timer(loop, 10, 0, [&calls] { ++calls; });
    host.advance(100);
    CHECK(calls == 1);
    CHECK(host.timers() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the end of a timer is the end of its calls, wherever it was moved") {
    int calls = 0;
    {
        gn::Timer first(loop, 10, 10, [&calls] { ++calls; });
        gn::Timer second(std::move(first));
        CHECK_FALSE(static_cast<bool>(first));
        gn::Timer third(loop, 1, 1, [&calls] { calls += 100; });
        third = std::move(second);
        host.advance(10);
        CHECK(calls == 1);
        CHECK(host.timers() == 1);
    }
    CHECK(host.timers() == 0);
    host.advance(100);
    CHECK(calls == 1);
}

TEST_CASE_FIXTURE(Fixture, "a timer may stop itself, and what it throws is logged") {
    std::optional<gn::Timer> timer;
    const std::string kept = "still there after the end";
    std::string seen;
    timer.emplace(loop, 1, 1, [&timer, &seen, kept] {
        timer.reset();
        seen = kept;
        throw std::runtime_error("oops");
    });
    host.advance(10);
    CHECK(seen == kept);
    CHECK(host.timers() == 0);
    CHECK(host.logged("a timer threw: oops"));
}

TEST_CASE_FIXTURE(Fixture, "a timer that was refused is false") {
    gn_loop_api refusing = *host.loop;
    refusing.timer_start = [](gn_loop*, uint64_t, uint64_t, void (*)(void*), void*) -> gn_timer {
        return 0;
    };
    host.loop = &refusing;
    const gn::Timer timer(loop, 1, 1, [] {});
    CHECK_FALSE(static_cast<bool>(timer));
}

TEST_CASE_FIXTURE(Fixture, "a subscription brings what matches until its end") {
    std::vector<std::string> topics;
    const auto keep = [&topics](gn::Call, gn::PacketView packet) {
        topics.emplace_back(gn::view(packet.publish().topic));
    };
    gn::Subscription outer;
    CHECK_FALSE(static_cast<bool>(outer));
    {
        gn::Subscription inner(gn::Host(&host), "a/+", keep);
        CHECK(static_cast<bool>(inner));
        CHECK(inner.status() == GN_OK);
        outer = std::move(inner);
    }
    deliver("a/b");
    deliver("b/a");
    CHECK(topics == std::vector<std::string>{"a/b"});
    outer = gn::Subscription(gn::Host(&host), "b/#", keep);
    deliver("a/b");
    deliver("b/a");
    CHECK(topics == std::vector<std::string>{"a/b", "b/a"});
    CHECK(host.subscriptions() == 1);
    outer.end();
    CHECK(host.subscriptions() == 0);
}

TEST_CASE_FIXTURE(Fixture, "two subscriptions of one filter do not replace each other") {
    int calls = 0;
    const auto count = [&calls](gn::Call, gn::PacketView) { ++calls; };
    const gn::Subscription first(gn::Host(&host), "a", count);
    {
        const gn::Subscription second(gn::Host(&host), "a", count);
        deliver("a");
        CHECK(calls == 2);
    }
    deliver("a");
    CHECK(calls == 3);
}

TEST_CASE_FIXTURE(Fixture, "a subscription may end itself, and what it throws is logged") {
    gn::Subscription self;
    self = gn::Subscription(gn::Host(&host), "a", [&self](gn::Call, gn::PacketView) {
        self.end();
        throw std::runtime_error("oops");
    });
    deliver("a");
    CHECK(host.subscriptions() == 0);
    CHECK(host.logged("a subscription threw: oops"));
}

TEST_CASE_FIXTURE(Fixture, "a subscription that was refused is false and says why") {
    const gn::Subscription refused(gn::Host(&host), "", [](gn::Call, gn::PacketView) {});
    CHECK_FALSE(static_cast<bool>(refused));
    CHECK(refused.status() == GN_E_INVALID);
}
