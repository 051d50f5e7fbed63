#include "store/sense.h"

#include <algorithm>
#include <cstddef>

#include "store/mqtt_text.h"

namespace grapnel::store {

namespace {

constexpr std::uint8_t kQosMost = 2;
constexpr std::uint8_t kRetainHandlingMost = 2;
constexpr std::uint8_t kProtocolLeast = 3;
constexpr std::uint8_t kProtocolMost = 5;
constexpr std::size_t kTextBytesMax = 65'535;
constexpr std::size_t kPayloadBytesMax = 268'435'455;
constexpr std::uint32_t kIdentifierMost = 268'435'455;  // MQTT 5.0, 3.8.2.1.2

// A string of MQTT (5.0, 1.5.4), or absent.
bool is_text(std::string_view bytes) {
    return bytes.size() <= kTextBytesMax && is_utf8(bytes) &&
           bytes.find('\0') == std::string_view::npos;
}

std::string_view nonsense_of_properties(const MessageRecord& record) {
    if (!is_text(record.content_type)) return "has a content type that is none";
    if (record.response_topic.data() != nullptr && !is_topic(record.response_topic))
        return "has a response topic that is none";
    if (record.correlation.size() > kTextBytesMax) return "has correlation data that is too long";
    const bool sound = std::all_of(record.user.begin(), record.user.end(), [](const auto& pair) {
        return is_text(pair.first) && is_text(pair.second);
    });
    return sound ? std::string_view() : "has a user property that is none";
}

}  // namespace

std::string_view nonsense_of(const MessageRecord& record) {
    if (!is_topic(record.topic)) return "has a topic that is none";
    if (record.qos > kQosMost) return "has a QoS above 2";
    if (record.payload_format > 2) return "has an unknown payload format";
    if (record.origin.size() > kTextBytesMax) return "has an origin that is too long";
    if (record.payload.size() > kPayloadBytesMax) return "has a payload that is too long";
    return nonsense_of_properties(record);
}

std::string_view nonsense_of(std::string_view client_id, const ClientRecord& record) {
    if (client_id.empty() || client_id.size() > kTextBytesMax) return "has an id that is none";
    if (record.username.size() > kTextBytesMax) return "has a user name that is too long";
    if (record.protocol < kProtocolLeast || record.protocol > kProtocolMost)
        return "has an unknown protocol version";
    if (record.has_will && !nonsense_of(record.will).empty()) return "has a will that is none";
    return {};
}

std::string_view nonsense_of(std::string_view filter, const SubscriptionRecord& record) {
    if (!is_filter(filter)) return "has a filter that is none";
    if (record.qos > kQosMost) return "has a QoS above 2";
    if (record.retain_handling > kRetainHandlingMost) return "has an unknown retain handling";
    if (record.identifier > kIdentifierMost) return "has an identifier that is too large";
    return {};
}

std::string_view nonsense_of(const OutboundRecord& record) {
    if (record.qos > kQosMost) return "has a QoS above 2";
    if (record.type != kPublishType && record.type != kPubrelType)
        return "is of an unknown packet type";
    if (record.type == kPublishType && record.qos == 0) return "has a QoS of 0";
    if (record.type == kPubrelType && record.packet_id == 0) return "has no packet id";
    for (const std::uint32_t each : record.identifiers)
        if (each == 0 || each > kIdentifierMost) return "has an identifier that is none";
    return {};
}

}  // namespace grapnel::store
