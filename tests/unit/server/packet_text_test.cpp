#include "server/packet_text.h"

#include <doctest/doctest.h>

using namespace grapnel;
using mqtt::PropertyId;
using mqtt::Reason;

TEST_CASE("a CONNECT never shows its password") {
    mqtt::Connect packet;
    packet.has_username = packet.has_password = packet.has_will = true;
    packet.username = "melon";
    packet.password = "hunter2";
    packet.keepalive_s = 60;
    packet.will.topic = "gone";
    packet.will.payload = "secret";
    CHECK(packet_text(packet) ==
          "version=5 keepalive_s=60 username=\"melon\" password=hidden will_topic=\"gone\" "
          "will_qos=0 will_payload_bytes=6");
}

TEST_CASE("a PUBLISH shows its payload and binary data as sizes") {
    mqtt::Publish packet;
    packet.qos = 1;
    packet.packet_id = 7;
    packet.retain = true;
    packet.topic = "a/b";
    packet.payload = "secret";
    packet.properties.mark(PropertyId::correlation_data);
    packet.properties.correlation_data = "1234";
    packet.properties.mark(PropertyId::content_type);
    packet.properties.content_type = "text";
    std::string raw;
    mqtt::append_user_property({"password", "hunter2"}, raw);
    mqtt::append_subscription_identifier(5, raw);
    packet.properties.mark(PropertyId::user_property);
    packet.properties.raw = raw;
    CHECK(packet_text(packet) ==
          "id=7 topic=\"a/b\" qos=1 retain payload_bytes=6 content_type=\"text\" "
          "correlation_data_bytes=4 subscription_identifier=5 user_properties=1");
}

TEST_CASE("a text cannot end before its end") {
    mqtt::Publish packet;
    packet.topic = R"(a" qos=2 x="\)";
    CHECK(packet_text(packet) == R"(topic="a\" qos=2 x=\"\\" qos=0 payload_bytes=0)");
}

TEST_CASE("acknowledgements say their reason") {
    mqtt::Ack ack;
    ack.packet_id = 9;
    ack.reason = Reason::not_authorized;
    CHECK(packet_text(ack) == "id=9 reason=0x87 (Not authorized)");
    mqtt::SubscriptionAck all;
    all.packet_id = 1;
    all.reasons = {Reason::granted_qos_1, Reason::not_authorized};
    CHECK(packet_text(all) ==
          "id=1 count=2 reason=0x01 (Granted QoS 1) reason=0x87 (Not authorized)");
    CHECK(packet_text(mqtt::Ping{}).empty());
}

TEST_CASE("long lists and texts are cut, between characters") {
    mqtt::Subscribe packet;
    for (int i = 0; i < 100; ++i) packet.filters.push_back({"f", 1, 0, true, false});
    const std::string text = packet_text(packet);
    CHECK(text.starts_with("id=0 count=100 filter=\"f\" qos=1 no_local filter="));
    CHECK(text.ends_with("no_local …"));
    CHECK(text.size() < 300);
    std::string topic = "x";
    for (int i = 0; i < 1000; ++i) topic += "é";
    mqtt::Publish publish;
    publish.topic = topic;
    const std::string cut = packet_text(publish);
    CHECK(cut.size() < 320);
    CHECK(cut.find("é…\"") != std::string::npos);
}
