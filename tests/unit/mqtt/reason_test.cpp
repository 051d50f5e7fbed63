#include "mqtt/reason.h"

#include <map>
#include <set>

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("the codes of each packet type") {
    const std::set<unsigned> puback = {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
    const std::map<PacketType, std::set<unsigned>> allowed = {
        {PacketType::connack, {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
                               0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f}},
        {PacketType::puback, puback},
        {PacketType::pubrec, puback},
        {PacketType::pubrel, {0x00, 0x92}},
        {PacketType::pubcomp, {0x00, 0x92}},
        {PacketType::suback,
         {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2}},
        {PacketType::unsuback, {0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91}},
        {PacketType::disconnect, {0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8c,
                                  0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
                                  0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2}},
        {PacketType::auth, {0x00, 0x18, 0x19}},
    };
    for (unsigned type = 0; type < 16; ++type) {
        const auto found = allowed.find(static_cast<PacketType>(type));
        for (unsigned code = 0; code < 256; ++code) {
            CAPTURE(type);
            CAPTURE(code);
            const bool expected = found != allowed.end() && found->second.count(code) != 0;
            CHECK(reason_allowed(static_cast<PacketType>(type), static_cast<uint8_t>(code)) ==
                  expected);
        }
    }
}

TEST_CASE("every code of the standard has a name of its own, no other has one") {
    std::set<std::string_view> names;
    size_t known = 0;
    for (unsigned code = 0; code < 256; ++code) {
        bool listed = false;
        for (unsigned type = 0; type < 16; ++type)
            listed |= reason_allowed(static_cast<PacketType>(type), static_cast<uint8_t>(code));
        const std::string_view text = reason_text(static_cast<Reason>(code));
        CHECK((text != "unknown") == listed);
        if (!listed) continue;
        ++known;
        names.insert(text);
    }
    CHECK(known == 43);
    CHECK(names.size() == 43);
    CHECK(reason_text(Reason::topic_alias_invalid) == "Topic Alias invalid");
}

TEST_CASE("return codes of MQTT 3") {
    CHECK(connack_return_code_v3(Reason::success) == 0);
    CHECK(connack_return_code_v3(Reason::unsupported_protocol_version) == 1);
    CHECK(connack_return_code_v3(Reason::client_identifier_not_valid) == 2);
    CHECK(connack_return_code_v3(Reason::server_unavailable) == 3);
    CHECK(connack_return_code_v3(Reason::server_busy) == 3);
    CHECK(connack_return_code_v3(Reason::bad_username_or_password) == 4);
    CHECK(connack_return_code_v3(Reason::not_authorized) == 5);
    CHECK(connack_return_code_v3(Reason::banned) == 5);
    for (unsigned code = 0x80; code < 256; ++code) {
        const uint8_t answer = connack_return_code_v3(static_cast<Reason>(code));
        CHECK(answer >= 1);
        CHECK(answer <= 5);
    }
}
