// The C++ wrapper offers all of what the host's tables have.

#include <doctest/doctest.h>

#include <cstddef>
#include <grapnel/testing.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

// Keeps what it is asked about, and lets its access answers hold.
class Keeper {
public:
    static inline gn::Pending kept;
    static inline bool fails = false;

    Keeper(gn::Host host, gn::Node) : cache_(host) {}
    gn_verdict on_publish(gn::Call call, gn::Client, gn::Packet) {
        kept = call.defer();
        return GN_V_DEFER;
    }
    gn_verdict on_acl_check(gn::Call call, gn::Client, std::string_view, std::int32_t) {
        if (fails) call.failed("no rules");
        cache_.cacheable(call);
        return GN_V_ALLOW;
    }

private:
    gn::AclCache cache_;
};

const gn_plugin kKeeper = gn::detail::make_entry<Keeper>("keeper", "0.1");

}  // namespace

TEST_CASE("a function posted to a loop runs there later, and is destroyed after it ran") {
    FakeHost host;
    const gn::Loop loop(&host, host.loop_raw());
    const auto alive = std::make_shared<int>(0);
    CHECK(loop.post([alive] { ++*alive; }) == GN_OK);
    CHECK(*alive == 0);
    CHECK(alive.use_count() == 2);
    CHECK(host.turn());
    CHECK(*alive == 1);
    CHECK(alive.use_count() == 1);
    int calls = 0;
    CHECK(loop.post([](void* count) { ++*static_cast<int*>(count); }, &calls) == GN_OK);
    CHECK(host.turn());
    CHECK(calls == 1);
}

TEST_CASE("what a posted function throws is logged, and a stopped loop destroys it at once") {
    FakeHost host;
    const gn::Loop loop(&host, host.loop_raw());
    CHECK(loop.post([] { throw std::runtime_error("oops"); }) == GN_OK);
    CHECK(host.turn());
    CHECK(host.logged("a posted function threw: oops"));
    host.worker().close();
    const auto alive = std::make_shared<int>(0);
    CHECK(loop.post([alive] { ++*alive; }) == GN_E_STATE);
    CHECK(alive.use_count() == 1);
    CHECK(*alive == 0);
}

TEST_CASE("packets are injected, and the broker says what it is") {
    FakeHost host;
    const gn::Host face(&host);
    CHECK(face.inject("c1", "\xc0") == GN_OK);
    CHECK(face.inject("c1", {}) == GN_E_INVALID);
    CHECK(host.injected.at(0).client_id == "c1");
    CHECK(host.injected.at(0).wire == "\xc0");
    CHECK(face.broker_version() == host.broker_version);
    CHECK(face.abi_minor() == host.abi_minor);
}

TEST_CASE("who is not there is disconnected without an error") {
    FakeHost host;
    CHECK(gn::Host(&host).disconnect("nobody", 0x98) == GN_OK);
}

TEST_CASE("a deferred packet is changed until it is answered") {
    FakeHost host;
    FakeNode config(FakeNode::Table{});
    FakePlugin plugin(kKeeper, host, config);
    FakeClient client{"c1"};
    auto packet = FakePacket::publish("a", "x");
    CHECK(plugin.run(&gn_hooks::on_publish, client, packet) == GN_V_DEFER);
    REQUIRE(Keeper::kept.packet());
    CHECK(Keeper::kept.packet()->raw() == packet.raw());
    CHECK(Keeper::kept.packet()->set_payload("y") == GN_OK);
    CHECK(gn::view(Keeper::kept.packet()->publish().payload) == "y");
    CHECK(Keeper::kept.complete(GN_V_CONTINUE) == GN_OK);
    CHECK_FALSE(Keeper::kept.packet());
    CHECK_FALSE(gn::Pending().packet());
}

TEST_CASE("an answer brings its reason, its text and authentication data") {
    FakeHost host;
    const gn_ticket ticket = host.draw_ticket();
    gn::Pending pending(&host, ticket);
    CHECK(pending.answer(GN_V_CHALLENGE, 0, "\xff") == GN_E_INVALID);
    CHECK(static_cast<bool>(pending));
    CHECK(pending.answer(GN_V_CHALLENGE, 0x18, "more", "nonce") == GN_OK);
    CHECK_FALSE(static_cast<bool>(pending));
    CHECK(pending.answer(GN_V_ALLOW, 0, "") == GN_E_GONE);
    CHECK(host.answers.at(ticket) == GN_V_CHALLENGE);
    CHECK(host.explanations.at(ticket).reason == 0x18);
    CHECK(host.explanations.at(ticket).text == "more");
    CHECK(host.explanations.at(ticket).challenge == "nonce");
}

TEST_CASE("access answers hold until they are taken back") {
    FakeHost host;
    FakeNode config(FakeNode::Table{});
    FakePlugin plugin(kKeeper, host, config);
    FakeClient client{"c1"};
    const auto ask = [&] {
        return plugin.run(&gn_hooks::on_acl_check, client, "a", GN_ACCESS_PUBLISH);
    };
    CHECK(ask() == GN_V_ALLOW);
    CHECK(host.cacheable_calls == 1);
    const gn::AclCache cache{gn::Host(&host)};
    CHECK(static_cast<bool>(cache));
    cache.changed("c1");
    cache.changed();
    CHECK(host.changed_clients == std::vector<std::string>{"c1", ""});
    Keeper::fails = true;
    CHECK(ask() == GN_V_DENY);
    CHECK(host.logged("no rules"));
    Keeper::fails = false;
    host.extensions.clear();
    CHECK_FALSE(static_cast<bool>(gn::AclCache(gn::Host(&host))));
    gn::AclCache(gn::Host(&host)).changed();
    CHECK_FALSE(static_cast<bool>(gn::AclCache()));
}

TEST_CASE("a call knows its commit, where the broker numbers them") {
    FakeHost host;
    gn_call raw{sizeof(gn_call), 0, &host, host.loop_raw(), nullptr, 7};
    CHECK(gn::Call(&raw).commit() == 7);
    raw.size = offsetof(gn_call, commit);
    CHECK(gn::Call(&raw).commit() == 0);
}

TEST_CASE("a duration is read in microseconds too") {
    FakeHost host;
    FakeNode config(FakeNode::Table{{"wait", "500us"}, {"bad", true}});
    const gn::Node node(&host, config.raw());
    CHECK(node["wait"].duration_us_or(1) == 500);
    CHECK(node["absent"].duration_us_or(1) == 1);
    CHECK_THROWS_AS(node["bad"].duration_us_or(1), gn::ConfigError);
}
