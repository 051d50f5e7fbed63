#pragma once

#include <cstdint>

namespace grapnel::mqtt {

// Control packet types (MQTT 5.0, 2.1.2).
enum class PacketType : uint8_t {
    reserved = 0,
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    pingreq = 12,
    pingresp = 13,
    disconnect = 14,
    auth = 15,
};

// The protocol level of CONNECT: MQIsdp 3, MQTT 4, MQTT 5.
enum class Version : uint8_t { v31 = 3, v311 = 4, v5 = 5 };

inline constexpr uint32_t kVariableIntegerMaximum = 268'435'455;  // 1.5.5

}  // namespace grapnel::mqtt
