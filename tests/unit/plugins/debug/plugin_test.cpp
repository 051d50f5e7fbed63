// The debug plugin against a fake broker.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>

#include "summary.h"

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

struct Fixture {
    explicit Fixture(const FakeNode& config = FakeNode::Table{{"packets", true}})
        : plugin(gn_plugin_entry, host, config) {}

    std::string read(FakePacket& packet) {
        host.lines.clear();
        plugin.hooks().on_packet_read(plugin.call(), client.raw(), packet.raw());
        return host.lines.empty() ? "" : host.lines[0].text;
    }
    std::string sent(FakePacket& packet, std::string_view wire = {}) {
        host.lines.clear();
        plugin.hooks().on_packet_sent(plugin.call(), client.raw(), packet.raw(), gn::str(wire));
        return host.lines.empty() ? "" : host.lines[0].text;
    }

    FakeHost host;
    FakePlugin plugin;
    FakeClient client{"c1", "alice", "127.0.0.1:4000"};
};

FakeNode with(const char* option) { return FakeNode::Table{{"packets", true}, {option, true}}; }

FakePacket connect_packet() {
    FakePacket packet(1);
    packet.client_id = "c1";
    packet.username = "alice";
    packet.password = "wonderland";
    packet.auth_data = "secret-data";
    packet.keepalive_s = 60;
    return packet;
}

FakePacket publish_packet() {
    FakePacket packet(3);
    packet.topic = "a/b";
    packet.payload = "hel\"lo\n";
    packet.header.qos = 1;
    packet.header.packet_id = 7;
    packet.header.flags = GN_PK_RETAIN;
    return packet;
}

template <class F>
bool offers(F* entry) {
    return entry != nullptr;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("packet hooks are offered only when told to") {
    Fixture quiet(FakeNode::Table{});
    CHECK_FALSE(offers(quiet.plugin.hooks().on_packet_read));
    CHECK_FALSE(offers(quiet.plugin.hooks().on_packet_sent));
    CHECK_FALSE(offers(quiet.plugin.hooks().on_packet_encode));
    CHECK_FALSE(offers(quiet.plugin.hooks().on_published));
    CHECK(offers(quiet.plugin.hooks().on_disconnect));
    Fixture loud;
    CHECK(offers(loud.plugin.hooks().on_packet_read));
    CHECK(offers(loud.plugin.hooks().on_packet_sent));
    CHECK_FALSE(offers(loud.plugin.hooks().on_packet_encode));
    CHECK_FALSE(offers(loud.plugin.hooks().on_acl_check));
}

TEST_CASE("disabled it offers nothing") {
    Fixture off(FakeNode::Table{{"enable", false}, {"packets", true}});
    CHECK_FALSE(offers(off.plugin.hooks().on_started));
    CHECK_FALSE(offers(off.plugin.hooks().on_connect));
    CHECK_FALSE(offers(off.plugin.hooks().on_packet_read));
    CHECK(off.plugin.hooks().size == sizeof(gn_hooks));
}

TEST_CASE("a CONNECT is logged without its secrets") {
    FakePacket packet = connect_packet();
    Fixture fixture;
    const std::string line = fixture.read(packet);
    CHECK(line == "CONNECT << c1 id=c1 version=5 clean=false keepalive=60 username=alice");
    CHECK(fixture.host.lines[0].level == GN_LOG_DEBUG);
    Fixture data(with("show_packet_data"));
    CHECK_FALSE(has(data.read(packet), "wonderland"));
    CHECK_FALSE(has(data.read(packet), "secret-data"));
}

TEST_CASE("a password is logged when told to") {
    FakePacket packet = connect_packet();
    Fixture fixture(with("show_passwords"));
    CHECK(has(fixture.read(packet), "password=wonderland auth_data=secret-data"));
}

TEST_CASE("a payload is logged only when told to, escaped and bounded") {
    FakePacket packet = publish_packet();
    Fixture fixture;
    CHECK(fixture.sent(packet) == "PUBLISH >> c1 topic=a/b qos=1 packet_id=7 retain=true bytes=7");
    Fixture data(with("show_packet_data"));
    CHECK(has(data.sent(packet), "payload=\"hel\\\"lo\\x0a\""));
    packet.payload = std::string(100'000, 'x');
    const std::string line = data.sent(packet);
    CHECK(line.size() < 1200);
    CHECK(has(line, "... of 100000 bytes"));
}

TEST_CASE("pings are logged only when told to") {
    FakePacket ping(12);
    FakePacket pong(13);
    Fixture fixture;
    CHECK(fixture.read(ping).empty());
    CHECK(fixture.sent(pong).empty());
    Fixture pings(with("show_pings"));
    CHECK(pings.read(ping) == "PINGREQ << c1");
    CHECK(pings.sent(pong) == "PINGRESP >> c1");
}

TEST_CASE("acknowledgements show id, reason and reason string") {
    FakePacket packet(4);
    packet.header.packet_id = 9;
    packet.header.reason = 0x87;
    packet.strings[31] = "not yours";
    Fixture fixture;
    CHECK(fixture.sent(packet) == "PUBACK >> c1 packet_id=9 reason=0x87 text=\"not yours\"");
}

TEST_CASE("subscriptions show filters, their answers the codes of the wire") {
    FakePacket subscribe(8);
    subscribe.header.packet_id = 3;
    gn_filter filter = gn::sized<gn_filter>();
    filter.filter = gn::str("a/#");
    filter.qos = 2;
    subscribe.filters = {filter, filter};
    Fixture fixture;
    CHECK(fixture.read(subscribe) == "SUBSCRIBE << c1 packet_id=3 filters=[a/#:2 a/#:2]");
    FakePacket suback(9);
    suback.header.packet_id = 3;
    const std::string wire("\x90\x05\x00\x03\x00\x02\x87", 7);
    CHECK(fixture.sent(suback, wire) == "SUBACK >> c1 packet_id=3 reasons=[0x02 0x87]");
    for (std::size_t length = 0; length < 5; ++length) {
        CHECK_FALSE(has(fixture.sent(suback, std::string_view(wire).substr(0, length)), "0x"));
    }
}

TEST_CASE("a name cannot forge a log line") {
    FakePacket packet = publish_packet();
    packet.topic = "a\nerror server: b";
    Fixture fixture;
    fixture.client.id = "c\r1";
    const std::string line = fixture.sent(packet);
    CHECK(has(line, "PUBLISH >> \"c\\x0d1\" topic=\"a\\x0aerror server: b\""));
}

TEST_CASE("nothing is built above level debug") {
    FakePacket packet = publish_packet();
    Fixture fixture;
    fixture.host.level = GN_LOG_INFO;
    CHECK(fixture.read(packet).empty());
}

TEST_CASE("lifecycle events are logged") {
    Fixture fixture(FakeNode::Table{});
    const gn_hooks& hooks = fixture.plugin.hooks();
    FakePacket packet = connect_packet();
    hooks.on_started(fixture.plugin.main_call());
    CHECK(hooks.on_connect(fixture.plugin.call(), fixture.client.raw(), packet.raw()) ==
          GN_V_CONTINUE);
    hooks.on_session_established(fixture.plugin.call(), fixture.client.raw(), packet.raw());
    hooks.on_disconnect(fixture.plugin.call(), fixture.client.raw(), 0x8e, gn::str("taken over"),
                        1);
    hooks.on_client_expired(fixture.plugin.call(), gn::str("c9"));
    hooks.on_retained_expired(fixture.plugin.call(), gn::str("a/b"));
    hooks.on_stopped(fixture.plugin.main_call());
    CHECK(fixture.host.logged("started"));
    CHECK(fixture.host.logged("session established client=c1 remote=127.0.0.1:4000"));
    CHECK_FALSE(fixture.host.logged("certificate="));
    fixture.client.tls_subject = "CN=melon,O=Green Garden";
    hooks.on_session_established(fixture.plugin.call(), fixture.client.raw(), packet.raw());
    CHECK(fixture.host.logged("certificate=\"CN=melon,O=Green Garden\""));
    CHECK(fixture.host.logged("disconnect client=c1 reason=142 why=\"taken over\" expire=true"));
    CHECK(fixture.host.logged("client expired id=c9"));
    CHECK(fixture.host.logged("retained expired topic=a/b"));
    CHECK_FALSE(fixture.host.logged("wonderland"));
}

TEST_CASE("an unknown option and a wrong type are refused") {
    FakeHost host;
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, FakeNode::Table{{"show_ping", true}}));
    CHECK(host.failure == "test.toml:1:1: unknown key \"show_ping\", did you mean \"show_pings\"?");
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, FakeNode::Table{{"enable", "yes"}}));
    CHECK(has(host.failure, "expected true or false"));
}

TEST_CASE("topics limit what the broker asks about, and come with the events of a publish") {
    const auto topics = [](std::vector<FakeNode> filters) {
        return FakeNode(FakeNode::Table{{"topics", FakeNode(std::move(filters))}});
    };
    Fixture fixture(topics({"a/#", "b"}));
    CHECK(fixture.host.interest == std::vector<std::string>{"a/#", "b"});
    CHECK(static_cast<bool>(fixture.plugin.hooks().on_published));
    CHECK_FALSE(static_cast<bool>(fixture.plugin.hooks().on_packet_read));
    CHECK(fixture.plugin.reload(topics({"c"})) == GN_OK);
    CHECK(fixture.host.interest == std::vector<std::string>{"c"});
    CHECK(fixture.plugin.reload(FakeNode::Table{{"topics", "c"}}) != GN_OK);
    CHECK(fixture.host.interest == std::vector<std::string>{"c"});
    CHECK(fixture.plugin.reload(FakeNode::Table{}) == GN_OK);
    CHECK_FALSE(fixture.host.interest);
    const Fixture plain(FakeNode::Table{});
    CHECK_FALSE(static_cast<bool>(plain.plugin.hooks().on_published));
}
