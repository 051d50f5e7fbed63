#include "mqtt/decode.h"

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

Reason expected_options(unsigned options, Version version) {
    if (version != Version::v5) return options <= 2 ? kSuccess : kMalformed;
    if (options >= 0x40) return kMalformed;
    return (options & 3) == 3 || (options & 0x30) == 0x30 ? kProtocol : kSuccess;
}

}  // namespace

TEST_CASE("every subscription options byte in every version") {
    for (const Version version : kVersions) {
        for (unsigned options = 0; options < 256; ++options) {
            CAPTURE(options);
            std::string body = hex("0001");
            if (version == Version::v5) body += hex("00");
            body += field("a/b") + hex("00") + field("t");
            body += static_cast<char>(options);
            Packet out;
            const std::string bytes = packet(0x82, body);
            const Reason reason = decode_bytes(bytes, version, out);
            CHECK(reason == expected_options(options, version));
            if (reason != Reason::success) continue;
            const auto& filters = std::get<Subscribe>(out).filters;
            REQUIRE(filters.size() == 2);
            CHECK(filters[0].filter == "a/b");
            CHECK(filters[1].filter == "t");
            CHECK(filters[1].qos == (options & 3));
            CHECK(filters[1].no_local == ((options & 4) != 0));
            CHECK(filters[1].retain_as_published == ((options & 8) != 0));
            CHECK(filters[1].retain_handling == options >> 4);
        }
    }
}

TEST_CASE("SUBSCRIBE") {
    check_vectors({
        v3("no filters", 0x82, "0001", kProtocol),
        v5("no filters", 0x82, "0001 00", kProtocol),
        v3("id 0", 0x82, "0000 0001't' 00", kProtocol),
        v5("id 0", 0x82, "0000 00 0001't' 00", kProtocol),
        v3("no options", 0x82, "0001 0001't'", kMalformed),
        v5("no options", 0x82, "0001 00 0001't'", kMalformed),
        v5("second without options", 0x82, "0001 00 0001't' 00 0001'u'", kMalformed),
        v3("filter cut", 0x82, "0001 0009't' 00", kMalformed),
        v3("filter no text", 0x82, "0001 0001 ff 00", kMalformed),
        v3("filter with U+0000", 0x82, "0001 0001 00 00", kMalformed),
        v3("empty filter is the server's to judge", 0x82, "0001 0000 00", kSuccess),
        v3("wildcards are the server's to judge", 0x82, "0001 0002'a#' 00", kSuccess),
        v5("identifier 0", 0x82, "0001 02 0b 00 0001't' 00", kProtocol),
        v5("identifier twice", 0x82, "0001 04 0b 01 0b 02 0001't' 00", kProtocol),
        v5("identifier maximum", 0x82, "0001 05 0b ffffff7f 0001't' 00", kSuccess),
        v5("identifier too large", 0x82, "0001 06 0b ffffffff01 0001't' 00", kMalformed),
        v5("wrong property", 0x82, "0001 02 01 00 0001't' 00", kMalformed),
        v3("empty", 0x82, "", kMalformed),
    });
}

TEST_CASE("UNSUBSCRIBE") {
    check_vectors({
        v3("no filters", 0xa2, "0001", kProtocol),
        v5("no filters", 0xa2, "0001 00", kProtocol),
        v3("id 0", 0xa2, "0000 0001't'", kProtocol),
        v3("filter cut", 0xa2, "0001 0002't'", kMalformed),
        v3("filter no text", 0xa2, "0001 0001 c0", kMalformed),
        v5("identifier", 0xa2, "0001 02 0b 01 0001't'", kMalformed),
        v5("user property", 0xa2, "0001 05 26 0000 0000 0001't'", kSuccess),
    });
    const std::string bytes = hex("a2 08 0001 0001'a' 0001'b'");
    const auto packet = decoded<Unsubscribe>(bytes, Version::v311);
    REQUIRE(packet.filters.size() == 2);
    CHECK(packet.filters[1] == "b");
}

TEST_CASE("SUBACK and UNSUBACK") {
    check_vectors({
        v3("codes", 0x90, "0001 00 01 02 80", kSuccess),
        v3("code of MQTT 5", 0x90, "0001 87", kProtocol),
        v3("no codes", 0x90, "0001", kProtocol),
        v3("id 0", 0x90, "0000 00", kProtocol),
        v5("unlisted code", 0x90, "0001 00 11", kProtocol),
        v5("no codes", 0x90, "0001 00", kProtocol),
        v3("unsuback", 0xb0, "0001", kSuccess),
        v3("unsuback with codes", 0xb0, "0001 00", kMalformed),
        v5("unsuback", 0xb0, "0001 00 11", kSuccess),
        v5("unsuback with a suback code", 0xb0, "0001 00 01", kProtocol),
        v5("unsuback without codes", 0xb0, "0001 00", kProtocol),
    });
}

TEST_CASE("a packet full of the smallest filters") {
    std::string body = hex("0001 00");
    for (int count = 0; count < 100'000; ++count) body += hex("0000 00");
    CHECK(decoded<Subscribe>(packet(0x82, body), Version::v5).filters.size() == 100'000);
    body += '\0';
    Packet out;
    CHECK(decode_bytes(packet(0x82, body), Version::v5, out) == kMalformed);
}
