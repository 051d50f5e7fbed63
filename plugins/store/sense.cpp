#include "store/sense.h"

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

}  // namespace

std::string_view nonsense_of(const MessageRecord& record) {
    if (!is_topic(record.topic)) return "has a topic that is none";
    if (record.qos > kQosMost) return "has a QoS above 2";
    if (record.payload_format > 1) return "has an unknown payload format";
    if (record.payload.size() > kPayloadBytesMax) return "has a payload that is too long";
    return {};
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
    return {};
}

std::string_view nonsense_of(const OutboundRecord& record) {
    if (record.qos > kQosMost) return "has a QoS above 2";
    if (record.type != kPublishType && record.type != kPubrelType)
        return "is of an unknown packet type";
    return {};
}

}  // namespace grapnel::store
