#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::store {

// The records as they lie in a store. Strings are borrowed: of what a hook was given, or of the
// bytes that were decoded. A string whose pointer is null is absent; empty is not absent.
//
// A value is one byte of record version, the fields, and four bytes of CRC-32 (zlib's) over all
// before. Numbers of fixed width are little-endian; lengths and most numbers are LEB128 varints.
// A newer broker adds fields at the end under a higher version and reads the older versions; a
// version above its own is refused. How fields are written is in record_codec.h, their order in
// record.cpp.

// The version of all records of this broker. A change of any record raises it.
inline constexpr std::uint8_t kRecordVersion = 1;

// truncated: fields are missing, as when a value was cut anywhere. newer is told from the first
// byte alone. All else that encode() would not have written is damaged.
enum class Decoded : std::uint8_t { ok, truncated, damaged, newer };
// "is truncated", "is damaged (checksum)", "is of a newer version": to go behind a record's name.
std::string_view text_of(Decoded result);

// A PUBLISH as it was published: what is the same for all its receivers.
struct MessageRecord {
    std::string_view topic;
    std::string_view payload;
    std::string_view origin;  // client id of the publisher
    std::string_view content_type;
    std::string_view response_topic;
    std::string_view correlation;
    std::vector<std::pair<std::string_view, std::string_view>> user;
    std::int64_t created_ms = 0;  // wall clock
    std::int64_t expires_ms = 0;  // wall clock; 0: never
    std::uint32_t expiry_s = 0;   // as published, 1 for 0; 0: none, receivers are told of none
    std::uint64_t key = 0;
    std::uint8_t qos = 0;
    std::uint8_t payload_format = 0;  // 1: UTF-8 text; 2: bytes, and told so
    bool retain = false;
};

// A session, and the will of its client.
struct ClientRecord {
    std::string_view username;
    std::string_view remote;
    std::string_view listener;
    std::uint32_t session_expiry_s = 0;
    std::uint32_t receive_maximum = 0;
    std::uint8_t protocol = 0;
    std::uint8_t flags = 0;            // GN_CL_CLEAN
    std::int64_t disconnected_ms = 0;  // wall clock; 0: connected
    std::int64_t will_due_ms = 0;      // wall clock; 0: no will waits for its delay
    std::uint32_t will_delay_s = 0;
    bool has_will = false;
    MessageRecord will;
};

struct SubscriptionRecord {
    std::uint32_t identifier = 0;  // 0: none
    std::uint8_t qos = 0;          // as granted
    std::uint8_t retain_handling = 0;
    std::uint8_t flags = 0;  // GN_SUB_
};

// The packet types that say how far a message is.
inline constexpr std::uint8_t kPublishType = 3;
inline constexpr std::uint8_t kPubrecType = 5;
inline constexpr std::uint8_t kPubrelType = 6;  // the client has the message

// A message on its way to a client.
struct OutboundRecord {
    std::uint64_t message_key = 0;
    std::int64_t sent_ms = 0;     // wall clock; 0: not sent
    std::uint16_t packet_id = 0;  // 0: queued
    std::uint8_t type = 3;        // 3 PUBLISH; 6 PUBREL: the client has the message
    std::uint8_t qos = 0;         // of the delivery
    bool retain = false;          // as the receiver sees it
    std::vector<std::uint32_t> identifiers;
    // The value of a MessageRecord. Absent: it is the body record of that message key, or none is
    // needed.
    std::string_view body;
};

// What $SYS counts over restarts, in the order of gn_sysinfo from started_ms on.
struct SysInfoRecord {
    std::vector<std::int64_t> numbers;
};

// Append the value. The record borrows nothing of `out`.
void encode(const MessageRecord& record, std::string& out);
void encode(const ClientRecord& record, std::string& out);
void encode(const SubscriptionRecord& record, std::string& out);
void encode(const OutboundRecord& record, std::string& out);
void encode(const SysInfoRecord& record, std::string& out);
void encode_inbound(std::string& out);  // its key says all

// Any bytes; nothing in `out` counts unless the answer is ok. What is flagged as not there (will,
// body) is as a new one. Allocates for lists alone, and for no more elements than the value has
// bytes.
[[nodiscard]] Decoded decode(std::string_view value, MessageRecord& out);
[[nodiscard]] Decoded decode(std::string_view value, ClientRecord& out);
[[nodiscard]] Decoded decode(std::string_view value, SubscriptionRecord& out);
[[nodiscard]] Decoded decode(std::string_view value, OutboundRecord& out);
[[nodiscard]] Decoded decode(std::string_view value, SysInfoRecord& out);
[[nodiscard]] Decoded decode_inbound(std::string_view value);

// The schema of a whole store; one that says a higher number is not opened.
inline constexpr std::uint32_t kSchema = 1;

}  // namespace grapnel::store
