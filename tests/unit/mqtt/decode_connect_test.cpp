#include "mqtt/decode.h"

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

constexpr Version kAny = Version::v5;  // CONNECT brings its own

Vector connect(const char* name, const char* body, Reason reason) {
    return {name, kAny, packet(0x10, hex(body)), reason};
}

// A body with every field that `flags` announces.
std::string body_for(unsigned flags, Version version) {
    const bool v5 = version == Version::v5;
    std::string body = field(version == Version::v31 ? "MQIsdp" : "MQTT");
    body += static_cast<char>(version);
    body += static_cast<char>(flags);
    body += hex("003c");
    if (v5) body += hex("00");
    body += field("id");
    if ((flags & 0x04) != 0) {
        if (v5) body += hex("00");
        body += field("w") + field("bye");
    }
    if ((flags & 0x80) != 0) body += field("user");
    if ((flags & 0x40) != 0) body += field("pass");
    return body;
}

Reason expected_for(unsigned flags, Version version) {
    const unsigned will_qos = (flags >> 3) & 3;
    if ((flags & 0x01) != 0 || will_qos == 3) return kMalformed;
    if ((flags & 0x04) == 0 && (flags & 0x38) != 0) return kProtocol;
    if (version != Version::v5 && (flags & 0xc0) == 0x40) return kProtocol;
    return kSuccess;
}

}  // namespace

TEST_CASE("every connect flags byte in every version") {
    for (const Version version : kVersions) {
        for (unsigned flags = 0; flags < 256; ++flags) {
            CAPTURE(flags);
            Packet out;
            const std::string bytes = packet(0x10, body_for(flags, version));
            const Reason reason = decode_bytes(bytes, kAny, out);
            CHECK(reason == expected_for(flags, version));
            const auto& connect = std::get<Connect>(out);
            CHECK(connect.version == version);
            if (reason != Reason::success) continue;
            CHECK(connect.clean_start == ((flags & 0x02) != 0));
            CHECK(connect.has_will == ((flags & 0x04) != 0));
            CHECK(connect.has_username == ((flags & 0x80) != 0));
            CHECK(connect.has_password == ((flags & 0x40) != 0));
            CHECK(connect.client_id == "id");
            CHECK(connect.keepalive_s == 60);
            CHECK(connect.username == (connect.has_username ? "user" : ""));
            CHECK(connect.password == (connect.has_password ? "pass" : ""));
            CHECK(connect.will.topic == (connect.has_will ? "w" : ""));
            CHECK(connect.will.payload == (connect.has_will ? "bye" : ""));
            CHECK(connect.will.qos == ((flags >> 3) & 3));
            CHECK(connect.will.retain == ((flags & 0x20) != 0));
        }
    }
}

TEST_CASE("protocol names and levels") {
    for (unsigned level = 0; level < 256; ++level) {
        CAPTURE(level);
        for (const char* name : {"MQTT", "MQIsdp"}) {
            std::string body = field(name);
            body += static_cast<char>(level);
            body += hex("02 0000");
            if (level == 5) body += hex("00");
            body += field("c");
            const bool known = std::string(name) == "MQTT" ? level == 4 || level == 5 : level == 3;
            Packet out;
            CHECK(decode_bytes(packet(0x10, body), kAny, out) ==
                  (known ? kSuccess : Reason::unsupported_protocol_version));
            const Version answer = std::get<Connect>(out).version;
            if (std::string(name) == "MQIsdp")
                CHECK(answer == Version::v31);
            else
                CHECK(answer == ((level & 0x7f) >= 5 ? Version::v5 : Version::v311));
        }
    }
    constexpr Reason kVersion = Reason::unsupported_protocol_version;
    check_vectors({
        connect("other name", "0004'MQTX' 04 02 0000 0000", kVersion),
        connect("lower case", "0004'mqtt' 04 02 0000 0000", kVersion),
        connect("no name", "0000 04 02 0000 0000", kVersion),
        connect("longer name", "0005'MQTTX' 05 02 0000 00 0000", kVersion),
        connect("unknown level, nothing after", "0004'MQTT' 06", kVersion),
        connect("name is no text", "0004 'MQT' ff 04 02 0000 0000", kMalformed),
        connect("name cut", "0004'MQT'", kMalformed),
        connect("no level", "0004'MQTT'", kMalformed),
        connect("empty", "", kMalformed),
    });
}

TEST_CASE("client identifiers") {
    constexpr Reason kId = Reason::client_identifier_not_valid;
    check_vectors({
        connect("3.1 needs one", "0006'MQIsdp' 03 02 0000 0000", kId),
        connect("3.1 of any length", "0006'MQIsdp' 03 02 0000 0018'abcdefghijklmnopqrstuvwx'",
                kSuccess),
        connect("3.1.1 clean and nameless", "0004'MQTT' 04 02 0000 0000", kSuccess),
        connect("3.1.1 kept and nameless", "0004'MQTT' 04 00 0000 0000", kId),
        connect("5 kept and nameless", "0004'MQTT' 05 00 0000 00 0000", kSuccess),
        connect("a broken packet comes first", "0004'MQTT' 04 00 0000 0000 00", kMalformed),
        connect("U+0000", "0004'MQTT' 05 02 0000 00 0001 00", kMalformed),
        connect("surrogate", "0004'MQTT' 05 02 0000 00 0003 eda080", kMalformed),
        connect("wildcards are letters", "0004'MQTT' 04 02 0000 0003'+/#'", kSuccess),
    });
}

TEST_CASE("wills, user names, passwords") {
    constexpr Reason kTopic = Reason::topic_name_invalid;
    check_vectors({
        connect("empty payload", "0004'MQTT' 04 06 0000 0001'c' 0001'w' 0000", kSuccess),
        connect("binary payload", "0004'MQTT' 04 06 0000 0001'c' 0001'w' 0002 00ff", kSuccess),
        connect("wildcard topic", "0004'MQTT' 04 06 0000 0001'c' 0003'w/+' 0000", kTopic),
        connect("wildcard topic 5", "0004'MQTT' 05 06 0000 00 0001'c' 00 0001'#' 0000", kTopic),
        connect("no topic", "0004'MQTT' 04 06 0000 0001'c' 0000 0000", kTopic),
        connect("topic with U+0000", "0004'MQTT' 04 06 0000 0001'c' 0002'w' 00 0000", kMalformed),
        connect("bad topic and cut", "0004'MQTT' 04 86 0000 0001'c' 0001'#' 0000 00", kMalformed),
        connect("will missing", "0004'MQTT' 04 06 0000 0001'c'", kMalformed),
        connect("will delay outside of a will", "0004'MQTT' 05 02 0000 05 18 00000001 0000",
                kMalformed),
        connect("expiry in a will", "0004'MQTT' 05 06 0000 00 0000 05 11 00000001 0001'w' 0000",
                kMalformed),
        connect("empty password", "0004'MQTT' 04 c2 0000 0001'c' 0001'u' 0000", kSuccess),
        connect("empty user name", "0004'MQTT' 04 82 0000 0001'c' 0000", kSuccess),
        connect("binary password", "0004'MQTT' 04 c2 0000 0001'c' 0001'u' 0002 00ff", kSuccess),
        connect("user name no text", "0004'MQTT' 04 82 0000 0001'c' 0001 ff", kMalformed),
        connect("user name missing", "0004'MQTT' 04 82 0000 0001'c'", kMalformed),
        connect("password missing", "0004'MQTT' 04 c2 0000 0001'c' 0001'u'", kMalformed),
        connect("3.1 user name missing", "0006'MQIsdp' 03 82 0000 0001'c'", kSuccess),
        connect("3.1 both missing", "0006'MQIsdp' 03 c2 0000 0001'c'", kSuccess),
        connect("3.1 password missing", "0006'MQIsdp' 03 c2 0000 0001'c' 0001'u'", kSuccess),
        connect("3.1 user name cut", "0006'MQIsdp' 03 82 0000 0001'c' 00", kMalformed),
        connect("3.1 will missing", "0006'MQIsdp' 03 06 0000 0001'c'", kMalformed),
        connect("5 password alone", "0004'MQTT' 05 42 0000 00 0001'c' 0001'p'", kSuccess),
        connect("more bytes", "0004'MQTT' 04 02 0000 0001'c' 00", kMalformed),
    });
}

TEST_CASE("a 3.1 user name that is announced and missing is none") {
    Packet out;
    const std::string nameless = packet(0x10, hex("0006'MQIsdp' 03 c2 0000 0001'c'"));
    CHECK(decode_bytes(nameless, kAny, out) == kSuccess);
    CHECK_FALSE(std::get<Connect>(out).has_username);
    CHECK_FALSE(std::get<Connect>(out).has_password);
    const std::string named = packet(0x10, hex("0006'MQIsdp' 03 c2 0000 0001'c' 0001'u'"));
    CHECK(decode_bytes(named, kAny, out) == kSuccess);
    CHECK(std::get<Connect>(out).username == "u");
    CHECK(std::get<Connect>(out).has_username);
    CHECK_FALSE(std::get<Connect>(out).has_password);
}

TEST_CASE("connect properties") {
    check_vectors({
        connect("length beyond the packet", "0004'MQTT' 05 02 0000 7f 0000", kMalformed),
        connect("length cuts a property", "0004'MQTT' 05 02 0000 04 11 00000001 0000", kMalformed),
        connect("five byte length", "0004'MQTT' 05 02 0000 80808080 00 0000", kMalformed),
        connect("padded length", "0004'MQTT' 05 02 0000 80 00 0000", kMalformed),
        connect("receive maximum 0", "0004'MQTT' 05 02 0000 03 21 0000 0000", kProtocol),
        connect("packet size 0", "0004'MQTT' 05 02 0000 05 27 00000000 0000", kProtocol),
        connect("alias maximum 0", "0004'MQTT' 05 02 0000 03 22 0000 0000", kSuccess),
        connect("problem information 2", "0004'MQTT' 05 02 0000 02 17 02 0000", kProtocol),
        connect("response information 2", "0004'MQTT' 05 02 0000 02 19 02 0000", kProtocol),
        connect("twice", "0004'MQTT' 05 02 0000 06 21 0001 21 0001 0000", kProtocol),
        connect("data, no method", "0004'MQTT' 05 02 0000 04 16 0001 00 0000", kProtocol),
        connect("method, no data", "0004'MQTT' 05 02 0000 04 15 0001'm' 0000", kSuccess),
    });
}
