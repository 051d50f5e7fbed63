#include "mqtt/decode.h"

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("every flag of PUBLISH in every version") {
    for (const Version version : kVersions) {
        for (unsigned flags = 0; flags < 16; ++flags) {
            CAPTURE(flags);
            const unsigned qos = (flags >> 1) & 3;
            std::string body = field("t");
            if (qos != 0) body += hex("1234");
            if (version == Version::v5) body += hex("00");
            body += "payload";
            Packet out;
            const bool valid = qos != 3 && !(qos == 0 && flags >= 8);
            const std::string bytes = packet(0x30 | flags, body);
            CHECK(decode_bytes(bytes, version, out) == (valid ? kSuccess : kMalformed));
            if (!valid) continue;
            const auto& publish = std::get<Publish>(out);
            CHECK(publish.qos == qos);
            CHECK(publish.dup == (flags >= 8));
            CHECK(publish.retain == ((flags & 1) != 0));
            CHECK(publish.packet_id == (qos == 0 ? 0 : 0x1234));
            CHECK(publish.topic == "t");
            CHECK(publish.payload == "payload");
        }
    }
}

TEST_CASE("topics and packet ids") {
    constexpr Reason kTopic = Reason::topic_name_invalid;
    check_vectors({
        v3("wildcard", 0x30, "0003'a/+'", kTopic),
        v5("wildcard 5", 0x30, "0003'a/#' 00", kTopic),
        v3("no topic", 0x30, "0000", kTopic),
        v5("neither topic nor alias", 0x30, "0000 00", kProtocol),
        v5("alias alone", 0x30, "0000 03 23 0001", kSuccess),
        v3("no text", 0x30, "0001 80", kMalformed),
        v3("U+0000", 0x30, "0003'a' 00 'b'", kMalformed),
        v3("cut", 0x30, "0004'abc'", kMalformed),
        v3("packet id 0", 0x32, "0001't' 0000", kProtocol),
        v5("packet id 0", 0x34, "0001't' 0000 00", kProtocol),
        v3("packet id cut", 0x32, "0001't' 00", kMalformed),
        v3("empty", 0x30, "", kMalformed),
        v3("empty payload", 0x30, "0001't'", kSuccess),
        v5("no properties length", 0x30, "0001't'", kMalformed),
    });
}

TEST_CASE("publish properties") {
    check_vectors({
        v5("alias 0", 0x30, "0001't' 03 23 0000", Reason::topic_alias_invalid),
        v5("alias twice", 0x30, "0001't' 06 23 0001 23 0001", kProtocol),
        v5("format 2", 0x30, "0001't' 02 01 02", kProtocol),
        v5("response topic with a wildcard", 0x30, "0001't' 04 08 0001'+'", kProtocol),
        v5("response topic empty", 0x30, "0001't' 03 08 0000", kProtocol),
        v5("response topic no text", 0x30, "0001't' 04 08 0001 ff", kMalformed),
        v5("content type no text", 0x30, "0001't' 04 03 0001 00", kMalformed),
        v5("identifier 0", 0x30, "0001't' 02 0b 00", kProtocol),
        v5("identifiers", 0x30, "0001't' 05 0b 01 0b 80 01", kSuccess),
        v5("identifier padded", 0x30, "0001't' 03 0b 81 00", kMalformed),
        v5("identifier too long", 0x30, "0001't' 06 0b 80 80 80 80 01", kMalformed),
        v5("session expiry", 0x30, "0001't' 05 11 00000001", kMalformed),
        v5("unknown identifier", 0x30, "0001't' 02 04 00", kMalformed),
        v5("identifier of two bytes", 0x30, "0001't' 03 81 00 00", kMalformed),
        v5("identifier 1 in two bytes", 0x30, "0001't' 03 81 00 01", kMalformed),
        v5("set beyond the packet", 0x30, "0001't' 05 01 00", kMalformed),
    });
    const std::string bytes =
        packet(0x30, hex("0001't' 0c 0b 07 26 0001'k' 0001'v' 0b 80 01 'pay'"));
    const auto publish = decoded<Publish>(bytes, Version::v5);
    CHECK(publish.payload == "pay");
    CHECK(publish.properties.subscription_identifier == 7);
    uint32_t identifier = 0;
    CHECK(subscription_identifier_at(publish.properties, 0, identifier));
    CHECK(identifier == 7);
    CHECK(subscription_identifier_at(publish.properties, 1, identifier));
    CHECK(identifier == 128);
    CHECK(!subscription_identifier_at(publish.properties, 2, identifier));
    UserProperty user;
    CHECK(user_property_at(publish.properties, 0, user));
    CHECK(user.key == "k");
    CHECK(user.value == "v");
    CHECK(!user_property_at(publish.properties, 1, user));
}
