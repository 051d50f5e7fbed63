#include "hooks/dispatcher.h"

#include <doctest/doctest.h>

#include "fixture.h"
#include "hooks/message_packet.h"

using namespace grapnel;
using mqtt::Version;

namespace {

// A PUBLISH in a box that lies where it stays.
struct Held {
    Held() : box(&packet, Version::v5) {
        packet.topic = "t";
        packet.payload = "p";
    }
    mqtt::Publish packet;
    PacketBox box;
};

struct Connecting {
    Connecting() : box(&packet, Version::v5) {}
    mqtt::Connect packet;
    PacketBox box;
};

}  // namespace

TEST_CASE("nobody asked: connections and packets go on, rights are refused") {
    PluginConfig config;
    TestHost test(config);
    Connecting connecting;
    Held held;
    Dispatcher& hooks = test.dispatcher();
    CHECK(hooks.present() == 0);
    CHECK(hooks.connect(test.client, connecting.box, nullptr).verdict == Verdict::proceed);
    CHECK(hooks.authenticate(test.client, connecting.box, nullptr).verdict == Verdict::deny);
    CHECK(hooks.acl_check(test.client, "t", Access::publish, nullptr).verdict == Verdict::deny);
    CHECK(hooks.auth_packet(test.client, connecting.box, false, nullptr).verdict == Verdict::deny);
    CHECK(hooks.publish(test.client, held.box, nullptr).verdict == Verdict::proceed);
    CHECK_FALSE(hooks.take_told());
    CHECK(hooks.next_deadline_ms() == -1);
}

TEST_CASE("gates: the first opinion counts, none is a refusal where rights are granted") {
    struct Case {
        int first, second;
        Verdict connect, authenticate;
    };
    const Case cases[] = {
        {GN_V_CONTINUE, GN_V_CONTINUE, Verdict::proceed, Verdict::deny},
        {GN_V_ALLOW, GN_V_DENY, Verdict::allow, Verdict::allow},
        {GN_V_DENY, GN_V_ALLOW, Verdict::deny, Verdict::deny},
        {GN_V_CONTINUE, GN_V_ALLOW, Verdict::allow, Verdict::allow},
        {GN_V_CONTINUE, GN_V_DENY, Verdict::deny, Verdict::deny},
    };
    for (const Case& each : cases) {
        CAPTURE(each.first);
        CAPTURE(each.second);
        PluginConfig config;
        for (const char* event : {"on_connect", "on_connect_authenticate", "on_acl_check"}) {
            config.add_event("answers", event, each.first);
            config.add_event("answers", event, each.second);
        }
        TestHost test(config);
        Connecting connecting;
        Dispatcher& hooks = test.dispatcher();
        CHECK(hooks.connect(test.client, connecting.box, nullptr).verdict == each.connect);
        CHECK(hooks.authenticate(test.client, connecting.box, nullptr).verdict ==
              each.authenticate);
        CHECK(hooks.acl_check(test.client, "t", Access::subscribe, nullptr).verdict ==
              each.authenticate);
    }
}

TEST_CASE("the deciding plugin's reason comes along") {
    PluginConfig config;
    config.add_event("answers", "on_connect", GN_V_CONTINUE, "reason");
    config.add_event("answers", "on_connect", GN_V_DENY);
    config.add_event("answers", "on_publish", GN_V_REJECT, "reason");
    TestHost test(config);
    Connecting connecting;
    Outcome outcome = test.dispatcher().connect(test.client, connecting.box, nullptr);
    CHECK(outcome.verdict == Verdict::deny);
    CHECK(outcome.reason == 0);
    CHECK(test.dispatcher().reason_text().empty());
    Held held;
    outcome = test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(outcome.verdict == Verdict::reject);
    CHECK(outcome.reason == 0x97);
    CHECK(test.dispatcher().reason_text() == "explained");
}

TEST_CASE("transforms run in order and see each other's changes") {
    PluginConfig config;
    config.add("transformer", "first");
    config.add("transformer", "second");
    TestHost test(config);
    Held held;
    held.packet.topic = "rewrite/topic";
    CHECK(test.dispatcher().publish(test.client, held.box, nullptr).verdict == Verdict::proceed);
    CHECK(held.packet.topic == "rewritten/topic");
    held.packet.topic = "ignore";
    CHECK(test.dispatcher().publish(test.client, held.box, nullptr).verdict == Verdict::ignore);
    held.packet.topic = "reject/code";
    const Outcome outcome = test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(outcome.verdict == Verdict::reject);
    CHECK(outcome.reason == 0x97);
    CHECK(test.dispatcher().reason_text() == "over quota");
}

TEST_CASE("throwing and nonsense get the closed answer of the event") {
    for (const char* how : {"throws", "undefined_verdict", "defers_without_ticket"}) {
        CAPTURE(how);
        PluginConfig config;
        for (const char* event : {"on_connect", "on_connect_authenticate", "on_acl_check",
                                  "on_auth_packet", "on_packet_read", "on_packet_encode",
                                  "on_subscribe", "on_unsubscribe", "on_publish", "on_will"})
            config.add_event(how, event);
        TestHost test(config);
        Dispatcher& hooks = test.dispatcher();
        Connecting connecting;
        Held held;
        CHECK(hooks.connect(test.client, connecting.box, &test.waiter).verdict == Verdict::deny);
        CHECK(hooks.authenticate(test.client, connecting.box, nullptr).verdict == Verdict::deny);
        CHECK(hooks.acl_check(test.client, "t", Access::publish, nullptr).verdict == Verdict::deny);
        CHECK(hooks.auth_packet(test.client, connecting.box, true, nullptr).verdict ==
              Verdict::deny);
        CHECK(hooks.packet_read(test.client, held.box).verdict == Verdict::reject);
        CHECK(hooks.subscribe(test.client, held.box, nullptr).verdict == Verdict::reject);
        CHECK(hooks.unsubscribe(test.client, held.box, nullptr).verdict == Verdict::reject);
        CHECK(hooks.publish(test.client, held.box, nullptr).verdict == Verdict::reject);
        CHECK(hooks.will(test.client, held.box).verdict == Verdict::proceed);
        hooks.packet_encode(test.client, held.box);
        CHECK(held.box.changed() == 0);
        for (const auto& plugin : test.host.plugins()) CHECK(plugin->stats().failures == 1);
        CHECK(hooks.pending() == 0);
    }
}

TEST_CASE("verdicts of another class are undefined") {
    const std::pair<const char*, int> cases[] = {
        {"on_publish", GN_V_DENY},       {"on_publish", GN_V_ALLOW},
        {"on_publish", GN_V_CHALLENGE},  {"on_subscribe", GN_V_IGNORE},
        {"on_packet_read", GN_V_IGNORE},
    };
    for (const auto& [event, verdict] : cases) {
        PluginConfig config;
        config.add_event("undefined_verdict", event, verdict);
        TestHost test(config);
        Held held;
        Dispatcher& hooks = test.dispatcher();
        if (std::string(event) == "on_publish")
            CHECK(hooks.publish(test.client, held.box, nullptr).verdict == Verdict::reject);
        if (std::string(event) == "on_subscribe")
            CHECK(hooks.subscribe(test.client, held.box, nullptr).verdict == Verdict::reject);
        if (std::string(event) == "on_packet_read")
            CHECK(hooks.packet_read(test.client, held.box).verdict == Verdict::reject);
        CHECK(test.host.plugins()[0]->stats().failures == 1);
    }
    PluginConfig config;
    config.add_event("undefined_verdict", "on_packet_encode", GN_V_REJECT);
    config.add_event("undefined_verdict", "on_connect", GN_V_CHALLENGE);
    TestHost test(config);
    Held held;
    Connecting connecting;
    test.dispatcher().packet_encode(test.client, held.box);
    CHECK(test.dispatcher().connect(test.client, connecting.box, nullptr).verdict == Verdict::deny);
    for (const auto& plugin : test.host.plugins()) CHECK(plugin->stats().failures == 1);
}

TEST_CASE("an exception in a notification is contained and the others are told") {
    PluginConfig config;
    config.add_event("throws", "on_published");
    config.add_event("throws", "on_published", 1);
    TestHost test(config);
    Held held;
    test.dispatcher().published(test.client, held.box);
    CHECK(test.host.plugins()[0]->stats().failures == 1);
    CHECK(test.host.plugins()[1]->stats().failures == 1);
}

TEST_CASE("a deferred decision goes on with the next plugin") {
    PluginConfig config;
    config.add_event("answers", "on_connect", GN_V_CONTINUE, "defer");
    config.add_event("answers", "on_connect", GN_V_CONTINUE, "defer");
    config.add_event("answers", "on_connect", GN_V_DENY, "reason");
    TestHost test(config);
    Connecting connecting;
    Dispatcher& hooks = test.dispatcher();
    const Outcome outcome = hooks.connect(test.client, connecting.box, &test.waiter);
    REQUIRE(outcome.verdict == Verdict::deferred);
    hooks.attach(outcome.ticket, &connecting.box);
    CHECK(hooks.pending() == 1);
    CHECK(test.waiter.outcomes.empty());
    test.port.settle(test.host);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::deny);
    CHECK(test.waiter.outcomes[0].reason == 0x97);
    CHECK(hooks.reason_text() == "explained");
    CHECK(hooks.pending() == 0);
    CHECK(hooks.next_deadline_ms() == -1);
}

TEST_CASE("an answer given late explains itself") {
    PluginConfig config;
    config.add_event("answers", "on_auth_packet", GN_V_CHALLENGE, "defer explain");
    TestHost test(config);
    Connecting connecting;
    const Outcome outcome =
        test.dispatcher().auth_packet(test.client, connecting.box, false, &test.waiter);
    REQUIRE(outcome.verdict == Verdict::deferred);
    test.dispatcher().attach(outcome.ticket, &connecting.box);
    test.port.settle(test.host);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::challenge);
    CHECK(test.waiter.outcomes[0].reason == 0x97);
    CHECK(test.dispatcher().reason_text() == "explained later");
    CHECK(test.dispatcher().challenge() == "data later");
}

TEST_CASE("without a waiter nothing is deferred") {
    PluginConfig config;
    config.add_event("answers", "on_publish", GN_V_IGNORE, "defer");
    TestHost test(config);
    Held held;
    CHECK(test.dispatcher().publish(test.client, held.box, nullptr).verdict == Verdict::ignore);
    CHECK(test.dispatcher().pending() == 0);
}

TEST_CASE("a deadline that passes gets the closed answer, or no opinion") {
    PluginConfig config;
    config.add_event("never_completes", "on_subscribe").defer_timeout_ms = 100;
    config::Plugin& skipping = config.add_event("never_completes", "on_publish");
    skipping.defer_timeout_ms = 300;
    skipping.on_timeout = config::OnTimeout::skip;
    config.add_event("answers", "on_publish", GN_V_IGNORE);
    TestHost test(config);
    Held held;
    Dispatcher& hooks = test.dispatcher();
    hooks.attach(hooks.subscribe(test.client, held.box, &test.waiter).ticket, &held.box);
    hooks.attach(hooks.publish(test.client, held.box, &test.waiter).ticket, &held.box);
    CHECK(hooks.next_deadline_ms() == 1100);
    hooks.expire(1099);
    CHECK(test.waiter.outcomes.empty());
    hooks.expire(1100);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::reject);
    CHECK(hooks.next_deadline_ms() == 1300);
    hooks.expire(9999);
    REQUIRE(test.waiter.outcomes.size() == 2);
    CHECK(test.waiter.outcomes[1].verdict == Verdict::ignore);
    CHECK(hooks.pending() == 0);
    CHECK(test.host.plugins()[0]->stats().timeouts == 1);
}

TEST_CASE("a completion counts once, also before the hook returned") {
    PluginConfig config;
    config.add_event("completes_twice", "on_connect_authenticate", GN_V_ALLOW);
    TestHost test(config);
    Connecting connecting;
    const Outcome outcome =
        test.dispatcher().authenticate(test.client, connecting.box, &test.waiter);
    REQUIRE(outcome.verdict == Verdict::deferred);
    test.dispatcher().attach(outcome.ticket, &connecting.box);
    test.port.settle(test.host);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::allow);
}

TEST_CASE("a ticket that was asked for and not used is stale") {
    PluginConfig config;
    config.add_event("completes_unasked", "on_connect_authenticate", GN_V_ALLOW);
    TestHost test(config);
    Connecting connecting;
    for (int i = 0; i < 3; ++i) {
        CHECK(test.dispatcher().authenticate(test.client, connecting.box, &test.waiter).verdict ==
              Verdict::allow);
        test.port.settle(test.host);
    }
    CHECK(test.waiter.outcomes.empty());
}

TEST_CASE("a completion may come from any thread") {
    PluginConfig config;
    config.add_event("completes_from_thread", "on_acl_check", GN_V_ALLOW);
    TestHost test(config);
    for (int i = 0; i < 50; ++i) {
        std::string topic = "a topic that is gone when the answer comes";
        REQUIRE(test.dispatcher()
                    .acl_check(test.client, topic, Access::publish, &test.waiter)
                    .verdict == Verdict::deferred);
        topic.assign(topic.size(), '!');
        test.port.wait_post();
        test.port.settle(test.host);
        REQUIRE(test.waiter.outcomes.size() == static_cast<size_t>(i) + 1);
        CHECK(test.waiter.outcomes.back().verdict == Verdict::allow);
    }
}

TEST_CASE("a waiter that left is not called, and its tickets are stale") {
    PluginConfig config;
    config.add_event("completes_late", "on_connect");
    TestHost test(config);
    Connecting connecting;
    Dispatcher& hooks = test.dispatcher();
    REQUIRE(hooks.connect(test.client, connecting.box, &test.waiter).verdict == Verdict::deferred);
    hooks.cancel(&test.waiter);
    CHECK(hooks.pending() == 0);
    CHECK(hooks.next_deadline_ms() == -1);
    CHECK(hooks.connect(test.client, connecting.box, nullptr).verdict == Verdict::proceed);
    test.port.settle(test.host);
    CHECK(test.waiter.outcomes.empty());
}

TEST_CASE("shutdown closes what pends") {
    PluginConfig config;
    config.add_event("never_completes", "on_publish").on_timeout = config::OnTimeout::skip;
    config.add_event("never_completes", "on_connect");
    TestHost test(config);
    Held held;
    Connecting connecting;
    Dispatcher& hooks = test.dispatcher();
    hooks.attach(hooks.publish(test.client, held.box, &test.waiter).ticket, &held.box);
    hooks.attach(hooks.connect(test.client, connecting.box, &test.waiter).ticket, &connecting.box);
    hooks.cancel_all();
    REQUIRE(test.waiter.outcomes.size() == 2);
    for (const Outcome& outcome : test.waiter.outcomes) CHECK(outcome.refused());
    CHECK(hooks.pending() == 0);
}

TEST_CASE("storage events are noted, and a commit is asked for by its number") {
    PluginConfig config;
    config.add_event("answers", "on_commit", GN_V_CONTINUE, "defer");
    config.add_event("answers", "on_commit", GN_V_CONTINUE, "defer");
    TestHost test(config);
    Dispatcher& hooks = test.dispatcher();
    Held held;
    hooks.published(test.client, held.box);
    CHECK_FALSE(hooks.take_told());
    hooks.retain_message(test.client, held.box, 1);
    CHECK(hooks.take_told());
    CHECK_FALSE(hooks.take_told());
    CHECK(hooks.durable_told() == 1);
    CHECK(hooks.commit(1, &test.waiter).verdict == Verdict::deferred);
    test.port.settle(test.host);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::proceed);
}

TEST_CASE("a commit that is not answered in time has failed, also where timeouts are skipped") {
    PluginConfig config;
    config::Plugin& slow = config.add_event("never_completes", "on_commit");
    slow.on_timeout = config::OnTimeout::skip;
    slow.defer_timeout_ms = 100;
    TestHost test(config);
    CHECK(test.dispatcher().commit(1, &test.waiter).verdict == Verdict::deferred);
    test.dispatcher().expire(9999);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].refused());
}

TEST_CASE("a commit that fails fails the turn, and the others are still asked") {
    PluginConfig config;
    config.add_event("answers", "on_commit", GN_V_DENY);
    config.add_event("answers", "on_commit", GN_V_CONTINUE, "defer");
    TestHost test(config);
    Held held;
    test.dispatcher().retain_message(test.client, held.box, 1);
    REQUIRE(test.dispatcher().commit(1, &test.waiter).verdict == Verdict::deferred);
    test.port.settle(test.host);
    REQUIRE(test.waiter.outcomes.size() == 1);
    CHECK(test.waiter.outcomes[0].verdict == Verdict::deny);
}

TEST_CASE("nonsense from a plugin is refused") {
    PluginConfig config;
    config.add("lies_about_sizes");
    config.add("wrong_thread");
    TestHost test(config);
    Held held;
    CHECK(test.dispatcher().publish(test.client, held.box, &test.waiter).verdict ==
          Verdict::proceed);
    CHECK(held.box.changed() == 0);
    CHECK(test.port.published.empty());
    CHECK(test.port.notes.empty());
}

TEST_CASE("a budget measures the calls of its plugin only") {
    PluginConfig config;
    config.add_event("answers", "on_publish", GN_V_CONTINUE).call_budget_us = 1'000'000;
    config.add_event("answers", "on_publish", GN_V_CONTINUE);
    TestHost test(config);
    Held held;
    const auto calls = [&](size_t plugin) {
        return test.host.plugins()[plugin]
            ->stats()
            .events[static_cast<size_t>(Event::on_publish)]
            .calls.load();
    };
    test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(calls(0) == 1);
    CHECK(calls(1) == 1);
    for (uint64_t i = 1; i < kTimedOneIn; ++i)
        test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(calls(0) == kTimedOneIn);
    CHECK(calls(1) == 1);
    test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(calls(1) == 2);
    test.host.measure(true);
    test.dispatcher().publish(test.client, held.box, nullptr);
    CHECK(calls(0) == kTimedOneIn + 2);
    CHECK(calls(1) == 3);
}

TEST_CASE("enhanced authentication: challenge, answer, final data") {
    for (const bool later : {false, true}) {
        PluginConfig config;
        config::Plugin& plugin = config.add("authenticator");
        config.set(plugin, "later", later);
        TestHost test(config);
        Dispatcher& hooks = test.dispatcher();
        Connecting connecting;
        connecting.packet.properties.authentication_method = "echo";
        connecting.packet.properties.mark(mqtt::PropertyId::authentication_method);
        const auto conclude = [&](Outcome outcome, PacketBox* box) {
            if (!later) return outcome;
            REQUIRE(outcome.verdict == Verdict::deferred);
            hooks.attach(outcome.ticket, box);
            test.port.settle(test.host);
            return test.waiter.outcomes.back();
        };
        CHECK(
            conclude(hooks.authenticate(test.client, connecting.box, &test.waiter), &connecting.box)
                .verdict == Verdict::challenge);
        CHECK(hooks.challenge() == "say it");

        mqtt::Auth auth;
        auth.properties.authentication_method = "echo";
        auth.properties.mark(mqtt::PropertyId::authentication_method);
        auth.properties.authentication_data = "it";
        auth.properties.mark(mqtt::PropertyId::authentication_data);
        PacketBox box(&auth, Version::v5);
        CHECK(conclude(hooks.auth_packet(test.client, box, false, &test.waiter), &box).verdict ==
              Verdict::allow);
        CHECK(hooks.challenge() == "well said");
        CHECK(test.client.username.bytes() == "echoed");

        auth.properties.authentication_data = "nonsense";
        const Outcome refused =
            conclude(hooks.auth_packet(test.client, box, false, &test.waiter), &box);
        CHECK(refused.verdict == Verdict::deny);
        CHECK(refused.reason == 0x87);
    }
}
