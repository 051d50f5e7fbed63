#include "mqtt/encode.h"

#include "corpus.h"
#include "describe.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

template <class P>
std::string written(const P& packet, Version version) {
    std::string out;
    encode(Packet(packet), version, out);
    return out;
}

// A packet of each kind that may be trimmed, with a reason string and two user properties.
std::vector<Packet> trimmable(Bytes raw) {
    Properties properties;
    properties.raw = raw;
    properties.mark(PropertyId::user_property);
    set_property_string(properties, 0x1f, "the reason");
    Connack connack;
    connack.properties = properties;
    Ack ack{PacketType::pubrel, Reason::packet_id_not_found, 1, properties};
    SubscriptionAck suback{PacketType::suback, 1, properties, {Reason::not_authorized}};
    SubscriptionAck unsuback{PacketType::unsuback, 1, properties, {Reason::success}};
    Disconnect disconnect{Reason::server_busy, properties};
    Auth auth{Reason::continue_authentication, properties};
    set_property_string(auth.properties, 0x15, "method");
    return {connack, ack, suback, unsuback, disconnect, auth};
}

}  // namespace

TEST_CASE("v3 packets have v3 codes and no properties") {
    Properties properties;
    set_property_string(properties, 0x1f, "why");
    const Connack connack{true, Reason::success, properties};
    CHECK(written(connack, Version::v31) == hex("20 02 00 00"));
    CHECK(written(connack, Version::v311) == hex("20 02 01 00"));
    CHECK(written(Connack{true, Reason::banned, properties}, Version::v311) == hex("20 02 00 05"));
    CHECK(written(Connack{true, Reason::banned, Properties()}, Version::v5) ==
          hex("20 03 00 8a 00"));
    CHECK(written(Ack{PacketType::pubrec, Reason::quota_exceeded, 1, properties}, Version::v311) ==
          hex("50 02 0001"));
    const std::vector<Reason> reasons = {Reason::granted_qos_2, Reason::not_authorized};
    CHECK(written(SubscriptionAck{PacketType::suback, 1, properties, reasons}, Version::v311) ==
          hex("90 04 0001 02 80"));
    CHECK(written(SubscriptionAck{PacketType::unsuback, 1, properties, reasons}, Version::v311) ==
          hex("b0 02 0001"));
    CHECK(written(Disconnect{Reason::server_busy, properties}, Version::v31) == hex("e0 00"));
    CHECK(written(Auth{Reason::success, properties}, Version::v311).empty());
    CHECK(written(std::monostate(), Version::v5).empty());
    Subscribe subscribe;
    subscribe.packet_id = 1;
    subscribe.filters = {{"t", 1, 2, true, true}};
    CHECK(written(subscribe, Version::v311) == hex("82 06 0001 0001't' 01"));
    CHECK(written(subscribe, Version::v5) == hex("82 07 0001 00 0001't' 2d"));
}

TEST_CASE("the short forms are taken when nothing is lost") {
    CHECK(written(Ack{PacketType::puback, Reason::success, 1, {}}, Version::v5) ==
          hex("40 02 0001"));
    CHECK(written(Ack{PacketType::puback, Reason::no_matching_subscribers, 1, {}}, Version::v5) ==
          hex("40 03 0001 10"));
    CHECK(written(Disconnect{Reason::success, {}}, Version::v5) == hex("e0 00"));
    CHECK(written(Disconnect{Reason::server_shutting_down, {}}, Version::v5) == hex("e0 01 8b"));
    CHECK(written(Auth{Reason::success, {}}, Version::v5) == hex("f0 00"));
    CHECK(written(Auth{Reason::reauthenticate, {}}, Version::v5) == hex("f0 02 19 00"));
}

TEST_CASE("within a size: user properties go first, then the reason string, then the packet") {
    std::string raw;
    append_user_property({"key", "value"}, raw);
    append_user_property({"key", "other"}, raw);
    for (const Packet& packet : trimmable(raw)) {
        CAPTURE(static_cast<int>(packet_type(packet)));
        const std::string whole = written(packet, Version::v5);
        std::string without_user;
        std::string bare;
        size_t changes = 0;
        std::string previous = whole;
        for (auto maximum = static_cast<uint32_t>(whole.size()); maximum > 0; --maximum) {
            std::string out = "before";
            if (!encode_within(packet, Version::v5, maximum, out)) {
                CHECK(out == "before");
                CHECK(maximum < bare.size());
                continue;
            }
            out.erase(0, 6);
            CHECK(out.size() <= maximum);
            if (out != previous) {
                ++changes;
                (changes == 1 ? without_user : bare) = out;
                previous = out;
            }
        }
        CHECK(changes == 2);
        CHECK(without_user.find("value") == std::string::npos);
        CHECK(without_user.find("the reason") != std::string::npos);
        CHECK(bare.find("the reason") == std::string::npos);
        std::string out;
        CHECK(encode_within(packet, Version::v5, 0, out));
        CHECK(out == whole);
        Packet again;
        CHECK(decode_bytes(bare, Version::v5, again) == kSuccess);
    }
}

TEST_CASE("a publish and a client's packets are never trimmed") {
    for (const Sample& sample : corpus()) {
        CAPTURE(sample.name);
        Packet packet;
        REQUIRE(decode_bytes(sample.bytes, sample.version, packet) == kSuccess);
        const auto size = static_cast<uint32_t>(sample.bytes.size());
        std::string out;
        CHECK(encode_within(packet, sample.version, size, out));
        CHECK(out == sample.bytes);
        const PacketType type = packet_type(packet);
        if (sample.version == Version::v5 && type != PacketType::publish &&
            type != PacketType::connect && type != PacketType::subscribe &&
            type != PacketType::unsubscribe)
            continue;
        CHECK(!encode_within(packet, sample.version, size - 1, out));
        CHECK(out == sample.bytes);
    }
}

TEST_CASE("every connect that can be built decodes to itself") {
    for (const Version version : kVersions) {
        for (unsigned options = 0; options < 128; ++options) {
            CAPTURE(options);
            Connect connect;
            connect.version = version;
            connect.clean_start = true;
            connect.keepalive_s = 65'535;
            connect.client_id = "client";
            connect.has_username = (options & 1) != 0;
            connect.has_password = (options & 2) != 0;
            connect.has_will = (options & 4) != 0;
            if (connect.has_username) connect.username = "user";
            if (connect.has_password) connect.password = Bytes("\0\xff", 2);
            if (connect.has_will) {
                connect.will.topic = "w";
                connect.will.payload = (options & 8) != 0 ? "bye" : "";
                connect.will.retain = (options & 16) != 0;
                connect.will.qos = static_cast<uint8_t>((options >> 3) % 3);
            }
            if (version == Version::v5 && (options & 32) != 0)
                set_property_u32(connect.properties, 0x11, 60);
            if (version == Version::v5 && connect.has_will && (options & 64) != 0)
                set_property_u32(connect.will.properties, 0x18, 5);
            const std::string bytes = written(connect, version);
            Packet packet;
            const bool refused = version != Version::v5 && (options & 3) == 2;
            CHECK(decode_bytes(bytes, version, packet) == (refused ? kProtocol : kSuccess));
            if (!refused) CHECK(describe(packet) == describe(Packet(connect)));
        }
    }
}

TEST_CASE("types of what the variant holds") {
    CHECK(packet_type(Packet()) == PacketType::reserved);
    CHECK(packet_type(Ping{PacketType::pingresp}) == PacketType::pingresp);
    CHECK(packet_type(Ack{PacketType::pubcomp, Reason::success, 1, {}}) == PacketType::pubcomp);
    CHECK(packet_type(Connect()) == PacketType::connect);
}
