#pragma once

#include <cstdint>

#include "config/config.h"

namespace grapnel {

// The limits that CONNACK tells an MQTT 5 client (3.2.2.3). It is judged by them as long as it is
// connected, whatever a reload changes meanwhile.
struct Announced {
    explicit Announced(const config::Limits& limits)
        : maximum_packet_size_bytes(limits.maximum_packet_size_bytes),
          receive_maximum(limits.receive_maximum),
          topic_alias_maximum(limits.topic_alias_maximum),
          maximum_qos(limits.maximum_qos),
          retain_available(limits.retain_available),
          wildcard_sub_available(limits.wildcard_sub_available),
          shared_sub_available(limits.shared_sub_available),
          sub_id_available(limits.sub_id_available) {}

    uint32_t maximum_packet_size_bytes;
    uint16_t receive_maximum;
    uint16_t topic_alias_maximum;
    uint8_t maximum_qos;
    bool retain_available : 1;
    bool wildcard_sub_available : 1;
    bool shared_sub_available : 1;
    bool sub_id_available : 1;
};

}  // namespace grapnel
