// FakePacket reads and changes as the packets of a broker do.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>
#include <thread>

using gn::testing::FakeHost;
using gn::testing::FakePacket;
using gn::testing::FakeTargets;

namespace {

constexpr std::uint32_t kContentType = 3;
constexpr std::uint32_t kResponseTopic = 8;
constexpr std::uint32_t kSubscriptionIdentifier = 11;
constexpr std::uint32_t kWillDelay = 24;
constexpr std::uint32_t kUserProperty = 38;

}  // namespace

TEST_CASE("a view is as large as its reader knows it") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a/b", "hello", 1);
    packet.key = 5;
    gn_publish_view view = gn::sized<gn_publish_view>();
    CHECK(host.packet->publish(packet.raw(), &view) == GN_OK);
    CHECK(view.size == sizeof view);
    CHECK(view.key == 5);
    gn_publish_view old{};
    old.size = offsetof(gn_publish_view, key);
    CHECK(host.packet->publish(packet.raw(), &old) == GN_OK);
    CHECK(old.size == offsetof(gn_publish_view, key));
    CHECK(old.key == 0);
    CHECK(gn::view(old.topic) == "a/b");
    old.size = 0;
    CHECK(host.packet->publish(packet.raw(), &old) == GN_E_INVALID);
    CHECK(host.packet->publish(packet.raw(), nullptr) == GN_E_INVALID);
    CHECK(host.packet->publish(nullptr, &view) == GN_E_INVALID);
}

TEST_CASE("getters of another type refuse, and say what is not there") {
    const FakeHost host;
    FakePacket publish = FakePacket::publish("a", "x");
    FakePacket connect = FakePacket::connect("c1");
    gn_publish_view as_publish = gn::sized<gn_publish_view>();
    gn_connect_view as_connect = gn::sized<gn_connect_view>();
    gn_filter filter = gn::sized<gn_filter>();
    std::uint32_t number = 0;
    gn_str text{};
    gn_pair pair{};
    CHECK(host.packet->publish(connect.raw(), &as_publish) == GN_E_INVALID);
    CHECK(host.packet->connect(publish.raw(), &as_connect) == GN_E_INVALID);
    CHECK(host.packet->filter(publish.raw(), 0, &filter) == GN_E_INVALID);
    CHECK(host.packet->filter(FakePacket::subscribe("a").raw(), 1, &filter) == GN_E_GONE);
    CHECK(host.packet->prop_u32(publish.raw(), 2, &number) == GN_E_GONE);
    CHECK(host.packet->prop_u32_at(publish.raw(), 11, 0, &number) == GN_E_GONE);
    CHECK(host.packet->prop_str(publish.raw(), 3, &text) == GN_E_GONE);
    CHECK(host.packet->user(publish.raw(), 0, &pair) == GN_E_GONE);
}

TEST_CASE("a CONNECT tells absent from empty") {
    const FakeHost host;
    FakePacket packet = FakePacket::connect("c1");
    packet.username = "";
    packet.auth_method = "SCRAM";
    const gn_connect_view view = gn::PacketView(&host, packet.raw()).connect();
    CHECK(gn::view(view.client_id) == "c1");
    CHECK(view.username.ptr != nullptr);
    CHECK(view.password.ptr == nullptr);
    CHECK(gn::view(view.auth_method) == "SCRAM");
    CHECK(view.auth_data.ptr == nullptr);
    std::string_view method;
    CHECK(gn::PacketView(&host, packet.raw()).prop(21, method));
    CHECK(method == "SCRAM");
}

TEST_CASE("a message is changed as MQTT allows") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a/b", "hello");
    const gn::Packet face(&host, packet.raw());
    CHECK(face.set_topic("c/d") == GN_OK);
    CHECK(face.set_topic("c/+") == GN_E_INVALID);
    CHECK(face.set_topic("") == GN_E_INVALID);
    CHECK(face.set_payload("other") == GN_OK);
    CHECK(face.set_qos(2) == GN_OK);
    CHECK(face.set_qos(3) == GN_E_INVALID);
    CHECK(face.set_retain(true) == GN_OK);
    CHECK(packet.topic == "c/d");
    CHECK(packet.payload == "other");
    CHECK(packet.header.qos == 2);
    CHECK((packet.header.flags & GN_PK_RETAIN) != 0);
    CHECK(face.set_retain(false) == GN_OK);
    CHECK((packet.header.flags & GN_PK_RETAIN) == 0);
    FakePacket connect = FakePacket::connect("c1");
    CHECK(gn::Packet(&host, connect.raw()).set_topic("a") == GN_E_INVALID);
    CHECK(gn::Packet(&host, connect.raw()).set_qos(1) == GN_E_INVALID);
}

TEST_CASE("properties stand where MQTT lists them, within their range") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a", "x");
    const auto text = [&](std::uint32_t id, std::string_view value) {
        return host.packet->set_prop_str(packet.raw(), id, gn::str(value));
    };
    const auto number = [&](std::uint32_t id, std::uint32_t value) {
        return host.packet->set_prop_u32(packet.raw(), id, value);
    };
    CHECK(text(kContentType, "text/plain") == GN_OK);
    CHECK(text(kContentType, "\xff") == GN_E_INVALID);
    CHECK(text(kResponseTopic, "a/#") == GN_E_INVALID);
    CHECK(text(31, "a reason") == GN_E_INVALID);
    CHECK(text(9, std::string_view("\xff\0", 2)) == GN_OK);
    CHECK(number(1, 1) == GN_OK);
    CHECK(number(1, 2) == GN_E_INVALID);
    CHECK(number(kContentType, 1) == GN_E_INVALID);
    CHECK(number(77, 1) == GN_E_INVALID);
    CHECK(number(kWillDelay, 5) == GN_E_INVALID);
    packet.header.flags = GN_PK_WILL;
    CHECK(number(kWillDelay, 5) == GN_OK);
    CHECK(packet.numbers.at(kWillDelay) == 5);
    CHECK(host.packet->clear_prop(packet.raw(), kContentType) == GN_OK);
    CHECK(host.packet->clear_prop(packet.raw(), 77) == GN_E_INVALID);
    CHECK_FALSE(packet.strings.contains(kContentType));
}

TEST_CASE("what may repeat keeps its order, and is cleared together") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a", "x");
    const gn::Packet face(&host, packet.raw());
    CHECK(face.add_user("k", "1") == GN_OK);
    CHECK(face.add_user("k", "2") == GN_OK);
    CHECK(face.add_user("k", std::string_view("\0", 1)) == GN_E_INVALID);
    gn_pair pair{};
    CHECK(face.user(1, pair));
    CHECK(gn::view(pair.value) == "2");
    CHECK_FALSE(face.user(2, pair));
    CHECK(host.packet->clear_prop(packet.raw(), kUserProperty) == GN_OK);
    CHECK_FALSE(face.user(0, pair));
    packet.subscription_ids = {4, 9};
    std::uint32_t id = 0;
    CHECK(face.prop_at(kSubscriptionIdentifier, 1, id));
    CHECK(id == 9);
    CHECK(face.prop(kSubscriptionIdentifier, id));
    CHECK(id == 4);
    CHECK(host.packet->set_prop_u32(packet.raw(), kSubscriptionIdentifier, 7) == GN_OK);
    CHECK_FALSE(face.prop_at(kSubscriptionIdentifier, 1, id));
}

TEST_CASE("filters are changed in place or refused") {
    const FakeHost host;
    FakePacket packet = FakePacket::subscribe("a/#", 1);
    packet.add_filter("b", 2);
    gn_filter filter = gn::sized<gn_filter>();
    filter.filter = gn::str("c/+");
    filter.qos = 0;
    CHECK(host.packet->set_filter(packet.raw(), 0, &filter) == GN_OK);
    CHECK(host.packet->set_filter(packet.raw(), 2, &filter) == GN_E_INVALID);
    filter.filter = gn::str("c/#/d");
    CHECK(host.packet->set_filter(packet.raw(), 0, &filter) == GN_E_INVALID);
    CHECK(host.packet->refuse_filter(packet.raw(), 1, 0x87) == GN_OK);
    CHECK(host.packet->refuse_filter(packet.raw(), 1, 0x02) == GN_E_INVALID);
    CHECK(packet.refused.at(1) == 0x87);
    const FakePacket copy = packet;
    packet = FakePacket::unsubscribe("x");
    gn_filter seen{};
    CHECK(gn::PacketView(&host, copy.raw()).filter(0, seen));
    CHECK(gn::view(seen.filter) == "c/+");
    CHECK(seen.qos == 0);
}

TEST_CASE("a read-only packet stays as it is") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a", "x");
    packet.read_only = true;
    const gn::Packet face(&host, packet.raw());
    CHECK(face.set_topic("b") == GN_E_STATE);
    CHECK(face.set_topic("+") == GN_E_INVALID);
    CHECK(face.set_payload("y") == GN_E_STATE);
    CHECK(face.set_qos(1) == GN_E_STATE);
    CHECK(face.set_retain(true) == GN_E_STATE);
    CHECK(face.add_user("a", "b") == GN_E_STATE);
    CHECK(host.packet->set_prop_u32(packet.raw(), 1, 1) == GN_E_STATE);
    CHECK(host.packet->set_prop_str(packet.raw(), 3, gn::str("t")) == GN_E_STATE);
    CHECK(host.packet->clear_prop(packet.raw(), 3) == GN_E_STATE);
    CHECK(packet.topic == "a");
    CHECK(packet.users.empty());
}

TEST_CASE("acknowledgements show the key and the order of their message") {
    const FakeHost host;
    FakePacket packet(4);
    gn_publish_view view = gn::sized<gn_publish_view>();
    CHECK(host.packet->publish(packet.raw(), &view) == GN_E_INVALID);
    packet.order = 3;
    packet.header.packet_id = 9;
    CHECK(host.packet->publish(packet.raw(), &view) == GN_OK);
    CHECK(view.packet_id == 9);
    CHECK(view.order == 3);
    CHECK(view.topic.ptr == nullptr);
}

TEST_CASE("targets are dropped, and one of a group is picked") {
    const FakeHost host;
    FakeTargets targets{{{"a", "$share/g/t", 1}, {"b", "$share/g/t", 1}, {"c", "t"}}};
    const gn::Targets face(&host, targets.raw());
    gn_target target{};
    CHECK(face.at(1, target));
    CHECK(gn::view(target.client_id) == "b");
    CHECK_FALSE(face.at(3, target));
    CHECK(face.pick(0) == GN_OK);
    CHECK(face.pick(1) == GN_OK);
    CHECK(face.pick(2) == GN_E_INVALID);
    CHECK(face.drop(2) == GN_OK);
    CHECK(face.drop(3) == GN_E_INVALID);
    CHECK_FALSE(targets.targets[0].picked);
    CHECK(targets.targets[1].picked);
    CHECK(targets.targets[2].dropped);
    CHECK(face.drop(1) == GN_OK);
    CHECK_FALSE(targets.targets[1].picked);
}

TEST_CASE("another thread may not touch a packet, unless it plays a loop") {
    const FakeHost host;
    FakePacket packet = FakePacket::publish("a", "x");
    gn_status outside = GN_OK;
    gn_status inside = GN_E_THREAD;
    std::thread([&] {
        outside = host.packet->set_qos(packet.raw(), 1);
        const gn::testing::LoopThread here;
        inside = host.packet->set_qos(packet.raw(), 2);
    }).join();
    CHECK(outside == GN_E_THREAD);
    CHECK(inside == GN_OK);
    CHECK(packet.header.qos == 2);
}
