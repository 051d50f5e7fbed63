#include "hooks/host.h"

#include <doctest/doctest.h>

#include "fixture.h"
#include "hooks/message_packet.h"
#include "restored.h"
#include "temporary_file.h"

using namespace grapnel;

TEST_CASE("every notification arrives with its facts") {
    TemporaryFile file;
    PluginConfig config;
    config::Plugin& plugin = config.add("recorder");
    config.set(plugin, "file", file.path);
    config.set(plugin, "loops", true);
    TestHost test(config);
    REQUIRE(test.faults.empty());
    Dispatcher& hooks = test.dispatcher();
    mqtt::Publish packet;
    packet.topic = "t";
    packet.payload = "p";
    packet.qos = 1;
    packet.packet_id = 3;
    MessageMeta meta;
    meta.origin = "other";
    PacketBox box(&packet, mqtt::Version::v5, &meta);

    test.host.main().bind_thread();
    test.host.main().started();
    hooks.bind_thread();
    hooks.disconnected(test.client, mqtt::Reason::keepalive_timeout, "late", true);
    hooks.retain_message(test.client, box, -1);
    hooks.qos_publish(test.client, box, 5, 2);
    hooks.client_expired("gone");
    hooks.retained_expired("old/topic");
    mqtt::Unsubscribe unsubscribe;
    unsubscribe.filters = {"a", "b"};
    hooks.unsubscribed(test.client, PacketBox(&unsubscribe, mqtt::Version::v5));
    test.client.drop_slots();
    CHECK(test.stop());
    CHECK(
        file.text() ==
        "1 on_started\n"
        "0 on_disconnect client=client code=141 ends=1\n"
        "0 on_retain_message client=client type=3 id=3 topic=t payload=p qos=1 from=other "
        "change=-1\n"
        "0 on_qos_publish client=client type=3 id=3 topic=t payload=p qos=1 from=other resends=2\n"
        "0 on_client_expired client=gone\n"
        "0 on_retained_expired topic=old/topic\n"
        "0 on_unsubscribed client=client filters=a:0,b:0\n"
        "destroy\n");
}

TEST_CASE("inline subscriptions deliver, are replaced and end") {
    PluginConfig config;
    config.add("inliner");
    TestHost test(config);
    test.host.main().bind_thread();
    test.host.main().started();
    REQUIRE(test.port.subscriptions.size() == 2);
    CHECK(test.port.subscriptions[0].second == "inline/do/#");
    const auto deliver = [&](Bytes topic, Bytes payload) {
        mqtt::Publish packet;
        packet.topic = topic;
        packet.payload = payload;
        const uint64_t number = test.port.subscriptions.front().first;
        test.host.deliver_inline(number, PacketBox(&packet, mqtt::Version::v5));
    };
    deliver("inline/do/publish", "hello");
    REQUIRE(test.port.published.size() == 1);
    CHECK(test.port.published[0]->topic() == "inline/done");
    CHECK(test.port.published[0]->payload() == "hello");
    CHECK(test.port.published[0]->qos() == 1);
    mqtt::Properties set;
    rebuild_properties(test.port.published[0]->properties(), set);
    mqtt::UserProperty pair;
    REQUIRE(mqtt::user_property_at(set, 0, pair));
    CHECK(pair.value == "inliner");
    deliver("inline/do/inject", "someone:wire");
    deliver("inline/do/kick", "someone");
    deliver("inline/do/kick/all", "someone");
    REQUIRE(test.port.notes.size() == 3);
    CHECK(test.port.notes[0] == "inject someone wire");
    CHECK(test.port.notes[1] == "disconnect someone 152");
    CHECK(test.port.notes[2] == "disconnect someone 152 drop");
    const uint64_t old = test.port.subscriptions.front().first;
    deliver("inline/do/twice", "");
    CHECK(test.port.subscriptions.size() == 2);
    mqtt::Publish packet;
    packet.topic = "inline/do/publish";
    test.host.deliver_inline(old, PacketBox(&packet, mqtt::Version::v5));
    CHECK(test.port.published.size() == 1);
}

TEST_CASE("plugins that do not stop hold the end up to its deadline only") {
    PluginConfig config;
    config.add("hangs_at_stop");
    config.add("picker");
    TestHost test(config, 2);
    CHECK_FALSE(test.stop(50));
}

TEST_CASE("handles of the host's that a plugin left are closed for it") {
    PluginConfig config;
    config.add("closes_nothing");
    TestHost test(config);
    CHECK(test.faults.empty());
    CHECK(test.stop());
}

TEST_CASE("restore without a store is empty, and a store that fails ends it") {
    {
        PluginConfig config;
        config.add("picker");
        TestHost test(config);
        bool done = false;
        Restored records;
        test.host.main().bind_thread();
        test.host.restore(records, [&](std::optional<Error> fault) { done = !fault; });
        CHECK(done);
        CHECK(records.size() == 0);
        CHECK_FALSE(test.host.has_store());
    }
    const std::pair<const char*, const char*> cases[] = {
        {"throws", "threw"}, {"undefined_verdict", "answered 77"}, {"never_completes", "in time"}};
    for (const auto& each : cases) {
        const std::string how = each.first;
        const std::string reason = each.second;
        CAPTURE(how);
        PluginConfig config;
        config.add_event(how, "stored_retained_messages");
        TestHost test(config);
        std::string fault;
        test.host.main().bind_thread();
        CHECK(test.host.has_store());
        Restored records;
        test.host.restore(records, [&](std::optional<Error> error) {
            REQUIRE(error);
            fault = error->text;
        });
        test.host.main().expire(100'000);
        CHECK(fault.find("stored_retained_messages") != std::string::npos);
        CHECK(fault.find(reason) != std::string::npos);
    }
}
