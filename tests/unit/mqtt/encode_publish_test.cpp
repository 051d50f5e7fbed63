#include "describe.h"
#include "mqtt/encode.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("a head is the same as the whole packet, for every set of options") {
    const uint32_t identifiers[] = {1, 128, kVariableIntegerMaximum};
    const std::string forwarded = hex("01 01 26 0001'k' 0001'v'");
    size_t wrong = 0;
    for (const Version version : kVersions) {
        for (unsigned options = 0; options < 512; ++options) {
            PublishHead head;
            head.version = version;
            head.qos = static_cast<uint8_t>(options & 3);
            if (head.qos == 3) continue;
            head.retain = (options & 4) != 0;
            head.dup = (options & 8) != 0 && head.qos != 0;
            head.has_message_expiry = (options & 16) != 0;
            head.message_expiry_s = 3'600;
            head.packet_id = 0xabcd;
            head.topic_alias = (options & 32) != 0 ? 9 : 0;
            head.topic = "some/topic";
            if ((options & 64) != 0) head.subscription_identifiers = identifiers;
            if ((options & 128) != 0) head.forwarded_properties = forwarded;
            const std::string payload((options & 256) != 0 ? 200 : 0, 'p');
            head.payload_size = payload.size();

            std::string out = "before";
            const size_t packet_id_at = encode_publish_head(head, out);
            if (head.qos == 0 ? packet_id_at != 0 : out.substr(packet_id_at, 2) != hex("abcd"))
                ++wrong;
            out += payload;

            Publish expected;
            expected.qos = head.qos;
            expected.retain = head.retain;
            expected.dup = head.dup;
            expected.packet_id = head.qos == 0 ? 0 : head.packet_id;
            expected.topic = head.topic;
            expected.payload = payload;
            std::string raw;
            if (version == Version::v5) {
                if (head.has_message_expiry) set_property_u32(expected.properties, 0x02, 3'600);
                if (head.topic_alias != 0) set_property_u32(expected.properties, 0x23, 9);
                for (const uint32_t identifier : head.subscription_identifiers)
                    append_subscription_identifier(identifier, raw);
                if (!raw.empty()) set_property_u32(expected.properties, 0x0b, 1);
                if (!head.forwarded_properties.empty()) {
                    set_property_u32(expected.properties, 0x01, 1);
                    append_user_property({"k", "v"}, raw);
                }
                expected.properties.raw = raw;
            }
            const std::string bytes = out.substr(6);
            Packet packet;
            if (decode_bytes(bytes, version, packet) != kSuccess) ++wrong;
            if (describe(packet) != describe(Packet(expected))) ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("one head serves many receivers by its packet id bytes") {
    PublishHead head;
    head.qos = 1;
    head.packet_id = 1;
    head.topic = "t";
    std::string out;
    const size_t at = encode_publish_head(head, out);
    CHECK(out == hex("32 06 0001't' 0001 00"));
    out.replace(at, 2, hex("0102"));
    CHECK(decoded<Publish>(out, Version::v5).packet_id == 0x0102);
}

TEST_CASE("an alias with an empty topic") {
    PublishHead head;
    head.topic_alias = 3;
    std::string out;
    CHECK(encode_publish_head(head, out) == 0);
    CHECK(out == hex("30 06 0000 03 23 0003"));
}

TEST_CASE("heads of packets at the bounds of the remaining length") {
    for (const size_t remaining :
         {127u, 128u, 16'383u, 16'384u, 2'097'151u, 2'097'152u, kVariableIntegerMaximum}) {
        PublishHead head;
        head.version = Version::v311;
        head.topic = "t";
        head.payload_size = remaining - 3;
        std::string out;
        encode_publish_head(head, out);
        CHECK(out == hex("30") + variable(remaining) + hex("0001't'"));
    }
}
