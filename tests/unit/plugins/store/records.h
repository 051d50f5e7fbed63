#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/kind.h"
#include "store/record.h"

namespace grapnel::store::test {

// All fields of a record as text, absent strings told from empty ones.

inline std::string describe(std::string_view text) {
    if (text.data() == nullptr) return "absent ";
    return '"' + std::string(text) + "\" ";
}

template <class... Numbers>
std::string describe_numbers(Numbers... numbers) {
    return (... + (std::to_string(numbers) + ' '));
}

inline std::string describe(const MessageRecord& record) {
    std::string text = describe(record.topic) + describe(record.payload) + describe(record.origin) +
                       describe(record.content_type) + describe(record.response_topic) +
                       describe(record.correlation);
    for (const auto& [name, value] : record.user) text += describe(name) + '=' + describe(value);
    return text + describe_numbers(record.created_ms, record.expires_ms, record.expiry_s,
                                   record.key, record.qos, record.payload_format,
                                   int{record.retain});
}

inline std::string describe(const ClientRecord& record) {
    return describe(record.username) + describe(record.remote) + describe(record.listener) +
           describe_numbers(record.session_expiry_s, record.receive_maximum, record.protocol,
                            record.flags, record.disconnected_ms, record.will_due_ms,
                            record.will_delay_s, int{record.has_will}) +
           describe(record.will);
}

inline std::string describe(const SubscriptionRecord& record) {
    return describe_numbers(record.identifier, record.qos, record.retain_handling, record.flags);
}

inline std::string describe(const OutboundRecord& record) {
    std::string text = describe_numbers(record.message_key, record.sent_ms, record.packet_id,
                                        record.type, record.qos, int{record.retain});
    for (const std::uint32_t identifier : record.identifiers) text += describe_numbers(identifier);
    return text + '.' + describe(record.body);
}

inline std::string describe(const SysInfoRecord& record) {
    std::string text;
    for (const std::int64_t number : record.numbers) text += describe_numbers(number);
    return text;
}

template <class Record>
std::string encoded(const Record& record) {
    std::string value;
    encode(record, value);
    return value;
}

inline std::string encoded_inbound() {
    std::string value;
    encode_inbound(value);
    return value;
}

template <class Record>
Decoded decode_again_as(std::string_view value, std::string& again) {
    Record record;
    const Decoded result = decode(value, record);
    again = result == Decoded::ok ? encoded(record) : std::string();
    return result;
}

// Decodes a value of this kind and writes what it says once more; nothing if it cannot be decoded.
inline Decoded decode_again(Kind kind, std::string_view value, std::string& again) {
    switch (kind) {
        case Kind::client: return decode_again_as<ClientRecord>(value, again);
        case Kind::subscription: return decode_again_as<SubscriptionRecord>(value, again);
        case Kind::outbound: return decode_again_as<OutboundRecord>(value, again);
        case Kind::body:
        case Kind::retained: return decode_again_as<MessageRecord>(value, again);
        case Kind::sysinfo: return decode_again_as<SysInfoRecord>(value, again);
        case Kind::inbound: break;
    }
    const Decoded result = decode_inbound(value);
    again = result == Decoded::ok ? encoded_inbound() : std::string();
    return result;
}

// Appends the checksum that makes these bytes a value.
inline std::string sealed(std::string bytes) {
    const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(sum >> shift);
    return bytes;
}

}  // namespace grapnel::store::test
