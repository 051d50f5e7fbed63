#include "hooks/packet_box.h"

#include <doctest/doctest.h>
#include <chrono>

#include <memory>
#include <string>
#include <vector>

using namespace grapnel;
using mqtt::PropertyId;
using mqtt::Version;

namespace {

constexpr uint32_t id(PropertyId property) { return static_cast<uint32_t>(property); }

mqtt::Publish publish_packet() {
    mqtt::Publish packet;
    packet.topic = "a/b";
    packet.payload = "payload";
    packet.qos = 1;
    packet.packet_id = 9;
    return packet;
}

std::string text(gn_str value) { return {value.ptr, value.len}; }

}  // namespace

TEST_CASE("a publish shows itself") {
    mqtt::Publish packet = publish_packet();
    packet.retain = true;
    MessageMeta meta{"from", 100, 200, 300, 400, GN_PK_INLINE};
    const PacketBox box(&packet, Version::v5, &meta);

    gn_publish_view view{};
    REQUIRE(box.publish(view) == GN_OK);
    CHECK(text(view.topic) == "a/b");
    CHECK(text(view.payload) == "payload");
    CHECK(text(view.origin) == "from");
    CHECK(view.qos == 1);
    CHECK(view.packet_id == 9);
    CHECK(view.flags == (GN_PK_RETAIN | GN_PK_INLINE));
    CHECK(view.created_ms == 100);
    CHECK(view.expires_ms == 200);
    CHECK(view.key == 300);
    CHECK(view.order == 400);

    gn_packet_view head{};
    REQUIRE(box.view(head) == GN_OK);
    CHECK(head.type == 3);
    CHECK(head.protocol == 5);
    gn_connect_view connect{};
    CHECK(box.connect(connect) == GN_E_INVALID);
}

TEST_CASE("every packet struct has a view") {
    mqtt::Packet packets[] = {mqtt::Connect{},     mqtt::Connack{},   mqtt::Publish{},
                              mqtt::Ack{},         mqtt::Subscribe{}, mqtt::SubscriptionAck{},
                              mqtt::Unsubscribe{}, mqtt::Ping{},      mqtt::Disconnect{},
                              mqtt::Auth{}};
    const uint8_t types[] = {1, 2, 3, 4, 8, 9, 10, 12, 14, 15};
    for (size_t i = 0; i < std::size(types); ++i) {
        PacketBox box = PacketBox::of(packets[i], Version::v311);
        gn_packet_view view{};
        CHECK(box.view(view) == GN_OK);
        CHECK(view.type == types[i]);
        CHECK(view.protocol == 4);
    }
    mqtt::Packet none;
    CHECK(PacketBox::of(none, Version::v5).kind() == PacketBox::Kind::none);
}

TEST_CASE("setters copy and say what changed") {
    mqtt::Publish packet = publish_packet();
    PacketBox box(&packet, Version::v5);
    CHECK(box.changed() == 0);
    {
        std::string topic = "new/topic";
        std::string payload = "new payload";
        CHECK(box.set_topic(topic) == GN_OK);
        CHECK(box.set_payload(payload) == GN_OK);
        topic.assign(topic.size(), '!');
        payload.assign(payload.size(), '!');
    }
    CHECK(packet.topic == "new/topic");
    CHECK(packet.payload == "new payload");
    CHECK(box.changed(PacketBox::kTopic));
    CHECK_FALSE(box.changed(PacketBox::kQos));
    CHECK(box.set_qos(2) == GN_OK);
    CHECK(box.set_retain(true) == GN_OK);
    CHECK(packet.qos == 2);
    CHECK(packet.retain);
    CHECK(box.changed() ==
          (PacketBox::kTopic | PacketBox::kPayload | PacketBox::kQos | PacketBox::kRetain));
}

TEST_CASE("setters refuse what MQTT does not know") {
    mqtt::Publish packet = publish_packet();
    PacketBox box(&packet, Version::v5);
    CHECK(box.set_topic("a/#") == GN_E_INVALID);
    CHECK(box.set_topic("") == GN_E_INVALID);
    CHECK(box.set_topic(std::string(65'536, 'x')) == GN_E_INVALID);
    CHECK(box.set_qos(3) == GN_E_INVALID);
    CHECK(box.set_property_u32(id(PropertyId::receive_maximum), 5) == GN_E_INVALID);
    CHECK(box.set_property_u32(id(PropertyId::content_type), 5) == GN_E_INVALID);
    CHECK(box.set_property_string(id(PropertyId::message_expiry_interval), "x") == GN_E_INVALID);
    CHECK(box.set_property_string(id(PropertyId::response_topic), "a/+") == GN_E_INVALID);
    CHECK(box.changed() == 0);
}

TEST_CASE("a read-only box refuses setters") {
    const mqtt::Publish packet = publish_packet();
    PacketBox box(&packet, Version::v5);
    CHECK(box.set_topic("x") == GN_E_STATE);
    CHECK(box.add_user_property({"a", "b"}) == GN_E_STATE);
    CHECK(packet.topic == "a/b");
}

TEST_CASE("properties are set, cleared and read by number") {
    mqtt::Publish packet = publish_packet();
    PacketBox box(&packet, Version::v5);
    uint32_t number = 0;
    Bytes value;
    CHECK(box.property_u32(id(PropertyId::message_expiry_interval), number) == GN_E_GONE);
    CHECK(box.set_property_u32(id(PropertyId::message_expiry_interval), 77) == GN_OK);
    CHECK(box.property_u32(id(PropertyId::message_expiry_interval), number) == GN_OK);
    CHECK(number == 77);
    CHECK(box.set_property_string(id(PropertyId::content_type), "text") == GN_OK);
    CHECK(box.property_string(id(PropertyId::content_type), value) == GN_OK);
    CHECK(value == "text");
    CHECK(box.clear_property(id(PropertyId::content_type)) == GN_OK);
    CHECK(box.property_string(id(PropertyId::content_type), value) == GN_E_GONE);
    CHECK(box.clear_property(0x99) == GN_E_INVALID);
}

TEST_CASE("user properties keep their order and their neighbours") {
    std::string raw;
    mqtt::append_user_property({"one", "1"}, raw);
    mqtt::append_subscription_identifier(5, raw);
    mqtt::append_user_property({"two", "2"}, raw);
    mqtt::append_subscription_identifier(6, raw);
    mqtt::Publish packet = publish_packet();
    REQUIRE(mqtt::decode_properties(raw, mqtt::PropertyPlace::publish, packet.properties) ==
            mqtt::Reason::success);
    PacketBox box(&packet, Version::v5);

    CHECK(box.add_user_property({"three", "3"}) == GN_OK);
    mqtt::UserProperty pair;
    REQUIRE(box.user_property(2, pair) == GN_OK);
    CHECK(pair.key == "three");
    CHECK(box.user_property(3, pair) == GN_E_GONE);

    CHECK(box.clear_property(id(PropertyId::user_property)) == GN_OK);
    CHECK(box.user_property(0, pair) == GN_E_GONE);
    uint32_t identifier = 0;
    REQUIRE(box.property_u32_at(id(PropertyId::subscription_identifier), 1, identifier) == GN_OK);
    CHECK(identifier == 6);

    CHECK(box.add_user_property({"four", "4"}) == GN_OK);
    CHECK(box.clear_property(id(PropertyId::subscription_identifier)) == GN_OK);
    CHECK(box.property_u32_at(id(PropertyId::subscription_identifier), 0, identifier) == GN_E_GONE);
    REQUIRE(box.user_property(0, pair) == GN_OK);
    CHECK(pair.value == "4");
}

TEST_CASE("user properties are found by index in any order, also after changes") {
    std::string raw;
    for (const char* key : {"a", "b", "c"}) mqtt::append_user_property({key, ""}, raw);
    mqtt::Publish packet = publish_packet();
    REQUIRE(mqtt::decode_properties(raw, mqtt::PropertyPlace::publish, packet.properties) ==
            mqtt::Reason::success);
    PacketBox box(&packet, Version::v5);
    const auto key_at = [&](uint32_t index) {
        mqtt::UserProperty pair;
        return box.user_property(index, pair) == GN_OK ? std::string(pair.key) : "none";
    };
    std::string seen;
    for (const uint32_t index : {0u, 1u, 2u, 3u, 1u, 2u, 0u, 0u, 2u}) seen += key_at(index);
    CHECK(seen == "abcnonebcaac");
    CHECK(key_at(1) == "b");
    box.begin_call();
    CHECK(box.clear_property(id(PropertyId::user_property)) == GN_OK);
    CHECK(key_at(2) == "none");
    CHECK(box.add_user_property({"d", ""}) == GN_OK);
    CHECK(key_at(0) == "d");
    box.rollback();
    CHECK(key_at(1) == "b");
}

TEST_CASE("many user properties are counted up without looking at all before each") {
    constexpr uint32_t kMany = 200'000;
    std::string raw;
    for (uint32_t i = 0; i < kMany; ++i) mqtt::append_user_property({"", ""}, raw);
    mqtt::Publish packet = publish_packet();
    packet.properties.raw = raw;
    PacketBox box(&packet, Version::v5);
    mqtt::UserProperty pair;
    const auto begin = std::chrono::steady_clock::now();
    uint32_t count = 0;
    while (box.user_property(count, pair) == GN_OK) ++count;
    CHECK(count == kMany);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("rollback undoes one plugin's changes and no more") {
    mqtt::Publish packet = publish_packet();
    PacketBox box(&packet, Version::v5);
    box.begin_call();
    CHECK(box.set_topic("first") == GN_OK);
    box.begin_call();
    CHECK(box.set_topic("second") == GN_OK);
    CHECK(box.set_qos(0) == GN_OK);
    CHECK(box.add_user_property({"a", "b"}) == GN_OK);
    box.rollback();
    CHECK(packet.topic == "first");
    CHECK(packet.qos == 1);
    CHECK(packet.properties.raw.empty());
    CHECK(box.changed() == PacketBox::kTopic);
    box.begin_call();
    box.rollback();
    CHECK(packet.topic == "first");
}

TEST_CASE("filters are shown, changed and refused") {
    mqtt::Subscribe packet;
    packet.filters = {{"a/+", 1, 2, true, false}, {"$share/g/b", 2, 0, false, true}};
    PacketBox box(&packet, Version::v5);
    gn_filter filter{};
    REQUIRE(box.filter(0, filter) == GN_OK);
    CHECK(text(filter.filter) == "a/+");
    CHECK(filter.flags == GN_SUB_NO_LOCAL);
    CHECK(filter.retain_handling == 2);
    CHECK(box.filter(2, filter) == GN_E_GONE);

    filter.filter = {"c/#", 3};
    filter.qos = 0;
    filter.flags = GN_SUB_RETAIN_AS_PUBLISHED;
    CHECK(box.set_filter(0, filter) == GN_OK);
    CHECK(packet.filters[0].filter == "c/#");
    CHECK_FALSE(packet.filters[0].no_local);
    CHECK(packet.filters[0].retain_as_published);
    filter.filter = {"c/#/d", 5};
    CHECK(box.set_filter(0, filter) == GN_E_INVALID);
    CHECK(box.set_filter(5, filter) == GN_E_INVALID);

    CHECK(box.refused(1) == mqtt::Reason::success);
    CHECK(box.refuse_filter(1, 0x01) == GN_E_INVALID);
    CHECK(box.refuse_filter(1, 0x87) == GN_OK);
    CHECK(box.refused(0) == mqtt::Reason::success);
    CHECK(box.refused(1) == mqtt::Reason::not_authorized);
    CHECK(box.changed(PacketBox::kFilters));

    const std::vector<mqtt::Reason> results{mqtt::Reason::granted_qos_1,
                                            mqtt::Reason::not_authorized};
    box.set_results(results);
    REQUIRE(box.filter(1, filter) == GN_OK);
    CHECK(filter.reason == 0x87);
}

TEST_CASE("own_bytes frees a moved packet from its frame") {
    auto frame = std::make_unique<std::string>("topic payload origin user");
    mqtt::Publish packet;
    packet.topic = Bytes(*frame).substr(0, 5);
    packet.payload = Bytes(*frame).substr(6, 7);
    std::string raw;
    mqtt::append_user_property({"key", "value"}, raw);
    REQUIRE(mqtt::decode_properties(raw, mqtt::PropertyPlace::publish, packet.properties) ==
            mqtt::Reason::success);
    MessageMeta meta;
    meta.origin = Bytes(*frame).substr(14, 6);
    PacketBox box(&packet, Version::v5, &meta);
    CHECK(box.set_payload("changed") == GN_OK);

    mqtt::Publish held = packet;
    PacketBox held_box = std::move(box);
    held_box.rebind(&held);
    held_box.own_bytes();
    frame->assign(frame->size(), '!');
    raw.assign(raw.size(), '!');
    meta = {};

    CHECK(held.topic == "topic");
    CHECK(held.payload == "changed");
    CHECK(held_box.meta()->origin == "origin");
    mqtt::UserProperty pair;
    REQUIRE(held_box.user_property(0, pair) == GN_OK);
    CHECK(pair.value == "value");
    CHECK(held_box.changed(PacketBox::kPayload));
}

TEST_CASE("own_bytes of a CONNECT with a will") {
    auto frame = std::make_unique<std::string>("id user pass topic payload type");
    const Bytes all = *frame;
    mqtt::Connect connect;
    connect.has_will = connect.has_username = connect.has_password = true;
    connect.client_id = all.substr(0, 2);
    connect.username = all.substr(3, 4);
    connect.password = all.substr(8, 4);
    connect.will.topic = all.substr(13, 5);
    connect.will.payload = all.substr(19, 7);
    connect.will.properties.content_type = all.substr(27, 4);
    connect.will.properties.mark(PropertyId::content_type);
    PacketBox box(&connect, Version::v5);
    box.own_bytes();
    frame.reset();
    gn_connect_view view{};
    REQUIRE(box.connect(view) == GN_OK);
    CHECK(text(view.username) == "user");
    CHECK(text(view.password) == "pass");
    CHECK(connect.will.topic == "topic");
    CHECK(connect.will.properties.content_type == "type");
}
