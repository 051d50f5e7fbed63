#ifndef GN_TESTING_PROPERTIES_HPP
#define GN_TESTING_PROPERTIES_HPP

// Which MQTT 5 properties there are, where they may stand and what they may be. A part of
// testing.hpp.

#include <grapnel/plugin_topics.hpp>

#include <cstdint>
#include <iterator>
#include <string_view>

namespace gn::testing::detail {

enum class PropertyKind : std::uint8_t { number, text, bytes, pair };

// A bit for each packet type, and one for wills.
constexpr std::uint32_t kWillPlace = 16;
template <class... Places>
constexpr std::uint32_t in(Places... places) noexcept {
    return ((1u << static_cast<unsigned>(places)) | ...);
}

struct PropertyRule {
    std::uint32_t id;
    PropertyKind kind;
    std::uint32_t places;
    std::uint32_t least = 0;
    std::uint32_t most = 0xffff'ffff;
};

constexpr std::uint32_t kUserProperty = 38;
constexpr std::uint32_t kSubscriptionIdentifier = 11;
constexpr std::uint32_t kResponseTopic = 8;
constexpr std::uint32_t kAuthMethod = 21;
constexpr std::uint32_t kAuthData = 22;

constexpr std::uint32_t kReasonPlaces = in(2, 4, 5, 6, 7, 9, 11, 14, 15);
constexpr PropertyRule kProperties[] = {
    {1, PropertyKind::number, in(3, kWillPlace), 0, 1},  // payload format indicator
    {2, PropertyKind::number, in(3, kWillPlace)},        // message expiry interval
    {3, PropertyKind::text, in(3, kWillPlace)},          // content type
    {kResponseTopic, PropertyKind::text, in(3, kWillPlace)},
    {9, PropertyKind::bytes, in(3, kWillPlace)},  // correlation data
    {kSubscriptionIdentifier, PropertyKind::number, in(3, 8), 1, 268'435'455},
    {17, PropertyKind::number, in(1, 2, 14)},      // session expiry interval
    {18, PropertyKind::text, in(2)},               // assigned client identifier
    {19, PropertyKind::number, in(2), 0, 0xffff},  // server keep alive
    {kAuthMethod, PropertyKind::text, in(1, 2, 15)},
    {kAuthData, PropertyKind::bytes, in(1, 2, 15)},
    {23, PropertyKind::number, in(1), 0, 1},          // request problem information
    {24, PropertyKind::number, in(kWillPlace)},       // will delay interval
    {25, PropertyKind::number, in(1), 0, 1},          // request response information
    {26, PropertyKind::text, in(2)},                  // response information
    {28, PropertyKind::text, in(2, 14)},              // server reference
    {31, PropertyKind::text, kReasonPlaces},          // reason string
    {33, PropertyKind::number, in(1, 2), 1, 0xffff},  // receive maximum
    {34, PropertyKind::number, in(1, 2), 0, 0xffff},  // topic alias maximum
    {35, PropertyKind::number, in(3), 1, 0xffff},     // topic alias
    {36, PropertyKind::number, in(2), 0, 1},          // maximum QoS
    {37, PropertyKind::number, in(2), 0, 1},          // retain available
    {kUserProperty, PropertyKind::pair, kReasonPlaces | in(1, 3, 8, 10, kWillPlace)},
    {39, PropertyKind::number, in(1, 2), 1},  // maximum packet size
    {40, PropertyKind::number, in(2), 0, 1},  // wildcard subscription available
    {41, PropertyKind::number, in(2), 0, 1},  // subscription identifier available
    {42, PropertyKind::number, in(2), 0, 1},  // shared subscription available
};

// NULL: there is no such property.
constexpr const PropertyRule* property_rule(std::uint32_t id) noexcept {
    for (const PropertyRule& rule : kProperties) {
        if (rule.id == id) return &rule;
    }
    return nullptr;
}

constexpr bool number_allowed(std::uint32_t id, std::uint32_t place, std::uint32_t value) noexcept {
    const PropertyRule* rule = property_rule(id);
    return rule != nullptr && rule->kind == PropertyKind::number &&
           (rule->places & in(place)) != 0 && value >= rule->least && value <= rule->most;
}

inline bool text_allowed(std::uint32_t id, std::uint32_t place, std::string_view value) noexcept {
    const PropertyRule* rule = property_rule(id);
    if (rule == nullptr || (rule->places & in(place)) == 0) return false;
    if (rule->kind == PropertyKind::bytes) return value.size() <= kStringBytesMax;
    if (rule->kind != PropertyKind::text || !is_mqtt_string(value)) return false;
    return id != kResponseTopic || is_topic_name(value);
}

}  // namespace gn::testing::detail

#endif
