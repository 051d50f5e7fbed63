#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "store/kind.h"
#include "store/record.h"

namespace grapnel::store::test {

// Values of every kind as schema 1 writes them, in hexadecimal, and what they say. They were made
// from the contract by a program of its own, not by encode(). Never changed: brokers have written
// such values, and every later version reads them.

inline MessageRecord full_message() {
    using namespace std::string_view_literals;
    MessageRecord record;
    record.topic = "plant/7/temperature";
    record.payload = "\0\xff 21.5"sv;
    record.origin = "sensor-7";
    record.content_type = "text/plain";
    record.response_topic = "plant/7/answer";
    record.correlation = "\1\2\0\3"sv;
    record.user = {{"unit",
                    "\xc2\xb0"
                    "C"},
                   {"", {}},
                   {{}, ""},
                   {"unit", "again"}};
    record.created_ms = 1'754'000'000'123;
    record.expires_ms = 1'754'000'060'123;
    record.expiry_s = 60;
    record.key = 0x0102030405060708;
    record.qos = 2;
    record.payload_format = 1;
    record.retain = true;
    return record;
}

// All strings are there and empty.
inline MessageRecord empty_message() {
    MessageRecord record;
    record.topic = "";
    record.payload = "";
    record.origin = "";
    record.content_type = "";
    record.response_topic = "";
    record.correlation = "";
    return record;
}

inline ClientRecord full_client() {
    ClientRecord record;
    record.username = "user";
    record.remote = "[2001:db8::7]:50000";
    record.listener = "tls";
    record.session_expiry_s = std::numeric_limits<std::uint32_t>::max();
    record.receive_maximum = 65'535;
    record.protocol = 5;
    record.flags = 2;
    record.disconnected_ms = 1'754'000'001'000;
    record.will_due_ms = 1'754'000'031'000;
    record.will_delay_s = 30;
    record.has_will = true;
    record.will.topic = "plant/7/state";
    record.will.payload = "gone";
    record.will.origin = "sensor-7";
    record.will.created_ms = 1'754'000'000'000;
    record.will.key = std::numeric_limits<std::uint64_t>::max();
    record.will.qos = 1;
    record.will.retain = true;
    return record;
}

inline SubscriptionRecord full_subscription() {
    SubscriptionRecord record;
    record.identifier = 268'435'455;
    record.qos = 2;
    record.retain_handling = 1;
    record.flags = 3;
    return record;
}

// The bare ones are of records as they are when new.
inline constexpr std::string_view kFullMessage =
    "0114706c616e742f372f74656d70657261747572650800ff2032312e350973656e736f722d370b74"
    "6578742f706c61696e0f706c616e742f372f616e7377657205010200030405756e697404c2b04301"
    "00000105756e697406616761696efb88b0948633dbddb39486333c080706050403020102010186c0"
    "38c3";
inline constexpr std::string_view kEmptyMessage =
    "010101010101010000000000000000000000000000009301c254";
inline constexpr std::string_view kBareMessage =
    "0100000000000000000000000000000000000000000020d501bf";
inline constexpr std::string_view kFullClient =
    "010575736572145b323030313a6462383a3a375d3a353030303004746c73ffffffff0fffff030502"
    "e88fb094863398fab19486331e010e706c616e742f372f737461746505676f6e650973656e736f72"
    "2d37000000008088b09486330000ffffffffffffffff01000156102174";
inline constexpr std::string_view kBareClient = "010000000000000000000000008a70e0";
inline constexpr std::string_view kFullSubscription = "01ffffff7f020103d8fdd4a5";
inline constexpr std::string_view kBareSubscription = "0100000000adde42fb";
inline constexpr std::string_view kFullOutbound =
    "01f8f9fafbfcfdfefff48bb0948633ffff030302010201ffffff7f7b0114706c616e742f372f7465"
    "6d70657261747572650800ff2032312e350973656e736f722d370b746578742f706c61696e0f706c"
    "616e742f372f616e7377657205010200030405756e697404c2b0430100000105756e697406616761"
    "696efb88b0948633dbddb39486333c080706050403020102010186c038c3825dac91";
inline constexpr std::string_view kReleaseOutbound =
    "010900000000000000f48bb09486330706020000005b6a3518";
inline constexpr std::string_view kBareOutbound = "0100000000000000000000030000000014a07305";
inline constexpr std::string_view kFullSysInfo =
    "010800017f8001fb88b0948633ffffffffffffffff7fffffffffffffffffff018080808080808080"
    "80012b1ba6e1";
inline constexpr std::string_view kBareSysInfo = "0100be23c258";
inline constexpr std::string_view kInbound = "011bdf05a5";

inline std::string bytes_of(std::string_view hex) {
    const auto nibble = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes += static_cast<char>(nibble(hex[at]) * 16 + nibble(hex[at + 1]));
    }
    return bytes;
}

inline OutboundRecord full_outbound() {
    OutboundRecord record;
    record.message_key = 0xfffefdfcfbfaf9f8;
    record.sent_ms = 1'754'000'000'500;
    record.packet_id = 65'535;
    record.qos = 2;
    record.retain = true;
    record.identifiers = {1, 268'435'455};
    static const std::string kBody = bytes_of(kFullMessage);
    record.body = kBody;
    return record;
}

// A PUBREL.
inline OutboundRecord release_outbound() {
    OutboundRecord record;
    record.message_key = 9;
    record.sent_ms = 1'754'000'000'500;
    record.packet_id = 7;
    record.type = 6;
    record.qos = 2;
    return record;
}

inline SysInfoRecord full_sysinfo() {
    using Limits = std::numeric_limits<std::int64_t>;
    return {{0, 1, 127, 128, 1'754'000'000'123, Limits::max(), -1, Limits::min()}};
}

struct Golden {
    Kind kind;
    std::string value;
};

// All of the above.
inline std::vector<Golden> schema_1() {
    return {{Kind::body, bytes_of(kFullMessage)},
            {Kind::body, bytes_of(kEmptyMessage)},
            {Kind::retained, bytes_of(kBareMessage)},
            {Kind::client, bytes_of(kFullClient)},
            {Kind::client, bytes_of(kBareClient)},
            {Kind::subscription, bytes_of(kFullSubscription)},
            {Kind::subscription, bytes_of(kBareSubscription)},
            {Kind::outbound, bytes_of(kFullOutbound)},
            {Kind::outbound, bytes_of(kReleaseOutbound)},
            {Kind::outbound, bytes_of(kBareOutbound)},
            {Kind::sysinfo, bytes_of(kFullSysInfo)},
            {Kind::sysinfo, bytes_of(kBareSysInfo)},
            {Kind::inbound, bytes_of(kInbound)}};
}

}  // namespace grapnel::store::test
