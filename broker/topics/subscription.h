#pragma once

#include <cstdint>

#include "base/slots.h"

namespace grapnel {

// Options of one subscription as granted (MQTT 5.0, 3.8.3.1).
struct SubscriptionOptions {
    uint32_t identifier = 0;  // 0: none
    uint8_t qos = 0;          // granted
    uint8_t retain_handling = 0;
    bool no_local = false;
    bool retain_as_published = false;
};

// Names a session anywhere in the process: its home worker and its handle there.
struct SubscriberKey {
    Handle session = 0;
    uint16_t worker = 0;
    bool operator==(const SubscriberKey&) const = default;
};

// All bits of the key spread over all bits of the answer.
inline uint64_t hash_of(SubscriberKey key) {
    uint64_t hash = (key.session ^ (static_cast<uint64_t>(key.worker) << 48)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    return hash ^ (hash >> 29);
}

}  // namespace grapnel
