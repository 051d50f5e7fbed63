#include "hooks/restore.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "fixture.h"
#include "hooks/message_packet.h"
#include "restored.h"

using namespace grapnel;
using mqtt::Version;

namespace {

PluginConfig store_config(const std::string& file, bool defer) {
    PluginConfig config;
    config::Plugin& plugin = config.add("memory_store");
    config.set(plugin, "file", file);
    config.set(plugin, "defer", defer);
    return config;
}

// Turns the loops until libuv's thread pool has answered.
void wait_for(TestHost& test, const bool& done) {
    while (!done) {
        test.port.settle(test.host, 1);
        uv_run(test.port.uv_loop(0), UV_RUN_NOWAIT);
    }
}

Ref<Message> message(uint64_t key, Bytes topic, Bytes payload, uint8_t qos) {
    mqtt::Properties set;
    std::string raw;
    mqtt::append_user_property({"user", "property"}, raw);
    set.raw = raw;
    set.mark(mqtt::PropertyId::user_property);
    set.response_topic = "answer/here";
    set.mark(mqtt::PropertyId::response_topic);
    std::string encoded;
    mqtt::collect_forwarded_properties(set, encoded);
    MessageView view;
    view.topic = topic;
    view.payload = payload;
    view.properties = encoded;
    view.origin = "publisher";
    view.key = key;
    view.created_ms = 111;
    view.expires_ms = 999'999'999;
    view.qos = qos;
    return Message::create(view);
}

void tell_client(TestHost& test) {
    ClientInfo& client = test.client;
    client.username.assign("");
    client.session_expiry_s = 3600;
    client.receive_maximum = 77;
    client.will = std::make_unique<StoredWill>();
    client.will->message = message(0, "will/topic", "last", 1);
    client.will->delay_s = 60;
    client.will->message_expiry_s = 30;
    client.will->has_message_expiry = true;
    mqtt::Connect connect;
    PacketBox box(&connect, Version::v5);
    test.dispatcher().session_establish(client, box);
    test.dispatcher().session_established(client, box);

    mqtt::Subscribe subscribe;
    subscribe.properties.subscription_identifier = 9;
    subscribe.properties.mark(mqtt::PropertyId::subscription_identifier);
    subscribe.filters = {{"a/#", 2, 1, true, true}, {"refused", 1, 0, false, false}};
    const mqtt::Reason results[] = {mqtt::Reason::granted_qos_1, mqtt::Reason::not_authorized};
    PacketBox subscribe_box(&subscribe, Version::v5);
    subscribe_box.set_results(results);
    test.dispatcher().subscribed(client, subscribe_box);
}

void tell_delivery(TestHost& test, const Message& body, uint64_t order, uint16_t packet_id,
                   int64_t sent_ms) {
    static const uint32_t identifiers[] = {9, 10};
    DeliveryFacts facts;
    facts.qos = 1;
    facts.packet_id = packet_id;
    facts.order = order;
    facts.subscription_identifiers = identifiers;
    MessagePacket packet(body, facts);
    test.dispatcher().qos_publish(test.client, packet.box(), sent_ms, 0);
}

void tell_ack(TestHost& test, mqtt::PacketType type, uint16_t packet_id, bool complete) {
    mqtt::Ack ack;
    ack.type = type;
    ack.packet_id = packet_id;
    PacketBox box(&ack, Version::v5);
    if (complete)
        test.dispatcher().qos_complete(test.client, box);
    else
        test.dispatcher().qos_publish(test.client, box, 5, 0);
}

void tell_messages(TestHost& test) {
    const Ref<Message> shared = message(50, "a/1", "shared body", 2);
    tell_delivery(test, *shared, 30, 0, 0);
    tell_delivery(test, *shared, 10, 4, 222);
    const Ref<Message> done = message(51, "a/2", "acknowledged", 1);
    tell_delivery(test, *done, 20, 5, 223);
    tell_ack(test, mqtt::PacketType::puback, 5, true);
    const Ref<Message> released = message(52, "a/3", "released", 2);
    tell_delivery(test, *released, 21, 6, 224);
    tell_ack(test, mqtt::PacketType::pubrel, 6, false);
    tell_ack(test, mqtt::PacketType::pubrec, 1000, false);
    tell_ack(test, mqtt::PacketType::pubrec, 1001, false);
    tell_ack(test, mqtt::PacketType::pubrel, 1001, true);
    const Ref<Message> kept = message(60, "kept", "retained", 1);
    MessagePacket packet(*kept);
    test.dispatcher().retain_message(test.client, packet.box(), 1);
    const Ref<Message> removed = message(61, "removed", "x", 1);
    MessagePacket other(*removed);
    test.dispatcher().retain_message(test.client, other.box(), 1);
    test.dispatcher().retain_message(test.client, other.box(), -1);
}

void check_client(const Restored& records) {
    REQUIRE(records.clients.size() == 1);
    const StoredClient& client = records.clients[0];
    CHECK(client.id == "client");
    CHECK(client.has_username);
    CHECK(client.username.empty());
    CHECK(client.session_expiry_s == 3600);
    CHECK(client.receive_maximum == 77);
    CHECK(client.disconnected_ms == 4242);
    CHECK(client.will_due_ms == 5000);
    REQUIRE(client.has_will);
    CHECK(client.will.message->topic() == "will/topic");
    CHECK(client.will.message->qos() == 1);
    CHECK(client.will.delay_s == 60);
    CHECK(client.will.message_expiry_s == 30);
    CHECK(client.will.has_message_expiry);
    mqtt::Properties set;
    rebuild_properties(client.will.message->properties(), set);
    CHECK(set.response_topic == "answer/here");

    REQUIRE(records.subscriptions.size() == 1);
    const StoredSubscription& subscription = records.subscriptions[0];
    CHECK(subscription.client_id == "client");
    CHECK(subscription.filter == "a/#");
    CHECK(subscription.options.identifier == 9);
    CHECK(subscription.options.qos == 1);
    CHECK(subscription.options.retain_handling == 1);
    CHECK(subscription.options.no_local);
    CHECK(subscription.options.retain_as_published);
}

void check_messages(const Restored& records) {
    std::vector<const StoredMessage*> outbound;
    std::vector<uint16_t> received;
    for (const StoredMessage& each : records.inflight) {
        if (each.type == mqtt::PacketType::pubrec)
            received.push_back(each.packet_id);
        else
            outbound.push_back(&each);
    }
    CHECK(received == std::vector<uint16_t>{1000});
    REQUIRE(outbound.size() == 3);
    std::ranges::sort(outbound, {}, &StoredMessage::order);
    CHECK(outbound[0]->order == 10);
    CHECK(outbound[0]->packet_id == 4);
    CHECK(outbound[0]->sent_ms == 222);
    CHECK(outbound[0]->qos == 1);
    CHECK(outbound[0]->subscription_identifiers == std::vector<uint32_t>{9, 10});
    CHECK(outbound[1]->type == mqtt::PacketType::pubrel);
    CHECK(outbound[1]->packet_id == 6);
    CHECK(outbound[1]->key == 52);
    CHECK(outbound[2]->order == 30);
    CHECK(outbound[2]->packet_id == 0);
    CHECK(outbound[0]->message.get() == outbound[2]->message.get());
    CHECK(outbound[0]->message->payload() == "shared body");
    CHECK(outbound[0]->message->origin() == "publisher");
    CHECK(outbound[0]->message->expires_ms() == 999'999'999);
    REQUIRE(records.kept.size() == 1);
    CHECK(records.kept[0]->topic() == "kept");
    CHECK(records.kept[0]->key() == 60);
    CHECK(records.sysinfos == 1);
}

}  // namespace

TEST_CASE("no acknowledgement depends on what a session that ends with its connection holds") {
    TestHost test(store_config("/nonexistent/store", true));
    Dispatcher& hooks = test.dispatcher();
    mqtt::Publish packet;
    const PacketBox box(&packet, mqtt::Version::v5);
    test.client.session_expiry_s = 0;
    hooks.qos_publish(test.client, box, 0, 0);
    hooks.subscribed(test.client, box);
    CHECK_FALSE(hooks.take_told());
    hooks.session_established(test.client, box);
    CHECK(hooks.take_told());
    CHECK(hooks.durable_told() == 0);
    test.client.session_expiry_s = 1;
    hooks.qos_publish(test.client, box, 0, 0);
    CHECK(hooks.take_told());
    CHECK(hooks.durable_told() == 1);
}

TEST_CASE(
    "what is told of a session that goes on is committed, though it ends with its connection") {
    TestHost test(store_config("/nonexistent/store", true));
    Dispatcher& hooks = test.dispatcher();
    mqtt::Publish packet;
    const PacketBox box(&packet, mqtt::Version::v5);
    test.client.session_expiry_s = 0;
    test.client.session_present = true;
    hooks.qos_publish(test.client, box, 0, 0);
    CHECK(hooks.take_told());
    CHECK(hooks.durable_told() == 1);
    hooks.session_established(test.client, box);
    CHECK(hooks.durable_told() == 2);
}

TEST_CASE("what a store was told comes back whole after a restart") {
    for (const bool defer : {false, true}) {
        CAPTURE(defer);
        char name[] = "/tmp/grapnel-store-XXXXXX";
        close(mkstemp(name));
        std::remove(name);
        {
            TestHost test(store_config(name, defer));
            REQUIRE(test.faults.empty());
            tell_client(test);
            tell_messages(test);
            test.client.end_connection(4242);
            test.client.will_due_ms = 5000;
            test.dispatcher().disconnected(test.client, mqtt::Reason::unspecified_error, "", false);
            CHECK(test.dispatcher().take_told());
            const Outcome outcome = test.dispatcher().commit(1, &test.waiter);
            CHECK((outcome.verdict == Verdict::deferred) == defer);
            bool committed = !defer;
            while (!committed) {
                test.port.settle(test.host);
                committed = !test.waiter.outcomes.empty();
            }
        }
        TestHost test(store_config(name, defer));
        bool done = false;
        Restored records;
        test.host.main().bind_thread();
        test.host.restore(records, [&](std::optional<Error> fault) {
            CHECK_FALSE(fault);
            done = true;
        });
        wait_for(test, done);
        check_client(records);
        check_messages(records);
        std::remove(name);
    }
}

TEST_CASE("of two stores the first with a record is asked") {
    char first[] = "/tmp/grapnel-store-XXXXXX";
    close(mkstemp(first));
    char second[] = "/tmp/grapnel-store-XXXXXX";
    close(mkstemp(second));
    std::remove(second);
    {
        TestHost test(store_config(second, false));
        tell_client(test);
        test.dispatcher().commit(1, nullptr);
    }
    PluginConfig config;
    config.set(config.add("memory_store", "empty"), "file", first);
    config.set(config.add("memory_store", "full"), "file", second);
    TestHost test(config);
    Restored records;
    test.host.main().bind_thread();
    test.host.restore(records, [](std::optional<Error> fault) { CHECK_FALSE(fault); });
    CHECK(records.clients.size() == 1);
    std::remove(first);
    std::remove(second);
}

TEST_CASE("the store is asked for all, also where it has nothing and another one has") {
    for (const bool retained_first : {false, true}) {
        CAPTURE(retained_first);
        PluginConfig config;
        config.set(config.add("invented_store", "a"), retained_first ? "retained" : "clients",
                   int64_t{2});
        config::Plugin& second = config.add("invented_store", "b");
        config.set(second, "clients", int64_t{5});
        config.set(second, "messages", int64_t{1});
        config.set(second, "retained", int64_t{5});
        TestHost test(config);
        Restored records;
        test.host.main().bind_thread();
        test.host.restore(records, [](std::optional<Error> fault) { CHECK_FALSE(fault); });
        CHECK(records.clients.size() == (retained_first ? 0 : 2));
        CHECK(records.subscriptions.size() == records.clients.size());
        CHECK(records.inflight.empty());
        CHECK(records.kept.size() == (retained_first ? 2 : 0));
    }
}

TEST_CASE("what the store has no hook for comes from another one, and counters make no store") {
    for (const bool counters_first : {false, true}) {
        CAPTURE(counters_first);
        PluginConfig config;
        if (counters_first) config.set(config.add("memory_store"), "file", "/nonexistent/store");
        config.set(config.add("invented_store"), "clients", int64_t{2});
        if (!counters_first) config.set(config.add("memory_store"), "file", "/nonexistent/store");
        TestHost test(config);
        Restored records;
        test.host.main().bind_thread();
        test.host.restore(records, [](std::optional<Error> fault) { CHECK_FALSE(fault); });
        CHECK(records.clients.size() == 2);
        CHECK(records.sysinfos == 1);
    }
}

TEST_CASE("the deadline of a deferred store moves on as long as it gives records") {
    PluginConfig config;
    config::Plugin& plugin = config.add("invented_store");
    plugin.defer_timeout_ms = 500;
    config.set(plugin, "clients", int64_t{20});
    config.set(plugin, "pause_ms", int64_t{5});
    config.set(plugin, "defer", true);
    TestHost test(config);
    Restored records;
    std::string fault;
    bool done = false;
    test.host.main().bind_thread();
    test.host.restore(records, [&](std::optional<Error> error) {
        done = true;
        if (error) fault = error->text;
    });
    while (!done) {
        const size_t before = records.size();
        test.port.turn(test.host, 1);
        if (records.size() != before) test.port.now_ms += 400;
    }
    CHECK(fault == "");
    CHECK(records.clients.size() == 20);
    CHECK(records.subscriptions.size() == 20);
}

TEST_CASE("a restore that is called off takes nothing more, and its ticket is stale") {
    PluginConfig config;
    config::Plugin& plugin = config.add("invented_store");
    config.set(plugin, "clients", int64_t{1000});
    config.set(plugin, "defer", true);
    TestHost test(config);
    Restored records;
    test.host.main().bind_thread();
    test.host.restore(records, [](std::optional<Error>) { FAIL("it has ended"); });
    while (records.clients.empty()) test.port.turn(test.host, 1);
    const size_t before = records.clients.size();
    CHECK(test.host.main().next_deadline_ms() != -1);
    test.host.cancel_restore();
    CHECK(test.host.main().next_deadline_ms() == -1);
    CHECK(test.stop());
    CHECK(records.clients.size() == before);
}
