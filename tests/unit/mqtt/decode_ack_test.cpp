#include "mqtt/decode.h"

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

constexpr unsigned kAcks[] = {0x40, 0x50, 0x62, 0x70};

}  // namespace

TEST_CASE("acknowledgements: their short forms and faults") {
    for (const unsigned first : kAcks) {
        CAPTURE(first);
        check_vectors({
            v3("two bytes", first, "0001", kSuccess),
            v3("three bytes", first, "0001 00", kMalformed),
            v3("id 0", first, "0000", kProtocol),
            v3("cut", first, "00", kMalformed),
            v5("two bytes", first, "0001", kSuccess),
            v5("code", first, "0001 00", kSuccess),
            v5("code and empty set", first, "0001 00 00", kSuccess),
            v5("reason string", first, "0001 00 05 1f 0002'ok'", kSuccess),
            v5("user properties", first, "0001 00 0a 26 0000 0000 26 0000 0000", kSuccess),
            v5("reason string twice", first, "0001 00 06 1f 0000 1f 0000", kProtocol),
            v5("wrong property", first, "0001 00 02 01 00", kMalformed),
            v5("more bytes", first, "0001 00 00 00", kMalformed),
            v5("id 0", first, "0000", kProtocol),
            v5("empty", first, "", kMalformed),
        });
        for (unsigned code = 0; code < 256; ++code) {
            std::string body = hex("0001");
            body += static_cast<char>(code);
            Packet out;
            const bool listed =
                reason_allowed(static_cast<PacketType>(first >> 4), static_cast<uint8_t>(code));
            CHECK(decode_bytes(packet(first, body), Version::v5, out) ==
                  (listed ? kSuccess : kProtocol));
            if (listed) CHECK(static_cast<unsigned>(std::get<Ack>(out).reason) == code);
        }
    }
}

TEST_CASE("DUP on PUBREL, SUBSCRIBE and UNSUBSCRIBE is of MQTT 3.1 alone") {
    for (const Version version : kVersions) {
        const std::string set = version == Version::v5 ? hex("00") : "";
        const Reason expected = version == Version::v31 ? kSuccess : kMalformed;
        Packet out;
        CHECK(decode_bytes(packet(0x6a, hex("0001")), version, out) == expected);
        CHECK(decode_bytes(packet(0x8a, hex("0001") + set + hex("0001't' 00")), version, out) ==
              expected);
        CHECK(decode_bytes(packet(0xaa, hex("0001") + set + hex("0001't'")), version, out) ==
              expected);
    }
}

TEST_CASE("CONNACK") {
    check_vectors({
        v3("accepted", 0x20, "01 00", kSuccess),
        v3("refused", 0x20, "00 05", kSuccess),
        v3("unknown code", 0x20, "00 06", kProtocol),
        v3("session with a refusal", 0x20, "01 01", kProtocol),
        v3("reserved flag", 0x20, "02 00", kMalformed),
        v3("more bytes", 0x20, "00 00 00", kMalformed),
        {"3.1 has no session flag", Version::v31, hex("20 02 01 00"), kMalformed},
        v5("accepted", 0x20, "01 00 00", kSuccess),
        v5("session with a refusal", 0x20, "01 87 00", kProtocol),
        v5("unlisted code", 0x20, "00 01 00", kProtocol),
        v5("reserved flag", 0x20, "81 00 00", kMalformed),
        v5("no set", 0x20, "00 00", kMalformed),
        v5("maximum QoS 2", 0x20, "00 00 02 24 02", kProtocol),
        v5("more bytes", 0x20, "00 00 00 00", kMalformed),
    });
    CHECK(decoded<Connack>(hex("20 02 00 04"), Version::v311).reason ==
          Reason::bad_username_or_password);
}

TEST_CASE("DISCONNECT") {
    check_vectors({
        v3("empty", 0xe0, "", kSuccess),
        v3("code", 0xe0, "00", kMalformed),
        v5("empty", 0xe0, "", kSuccess),
        v5("code", 0xe0, "04", kSuccess),
        v5("code and empty set", 0xe0, "04 00", kSuccess),
        v5("unlisted code", 0xe0, "01", kProtocol),
        v5("session expiry", 0xe0, "00 05 11 00000000", kSuccess),
        v5("session expiry twice", 0xe0, "00 0a 11 00000000 11 00000000", kProtocol),
        v5("wrong property", 0xe0, "00 03 21 0001", kMalformed),
        v5("more bytes", 0xe0, "00 00 00", kMalformed),
    });
    CHECK(decoded<Disconnect>(hex("e0 01 04"), Version::v5).reason == Reason::disconnect_with_will);
}

TEST_CASE("AUTH") {
    check_vectors({
        v3("is no packet of 3.1.1", 0xf0, "", kMalformed),
        v5("empty", 0xf0, "", kSuccess),
        v5("continue", 0xf0, "18 04 15 0001'm'", kSuccess),
        v5("continue without method", 0xf0, "18 00", kProtocol),
        v5("code alone", 0xf0, "19", kProtocol),
        v5("data without method", 0xf0, "00 03 16 0000", kProtocol),
        v5("unlisted code", 0xf0, "80 04 15 0001'm'", kProtocol),
        v5("more bytes", 0xf0, "18 04 15 0001'm' 00", kMalformed),
    });
}

TEST_CASE("pings have no body") {
    for (const Version version : kVersions) {
        Packet out;
        for (const unsigned first : {0xc0u, 0xd0u}) {
            CHECK(decode_bytes(packet(first, ""), version, out) == kSuccess);
            CHECK(decode_bytes(packet(first, "x"), version, out) == kMalformed);
        }
    }
}
