#pragma once

#include <cstdint>
#include <string_view>

#include "mqtt/types.h"

namespace grapnel::mqtt {

// Reason codes (MQTT 5.0, 2.4). Names that share a number are not repeated: `success` is also
// "normal disconnection" and "granted QoS 0".
enum class Reason : uint8_t {
    success = 0x00,
    granted_qos_1 = 0x01,
    granted_qos_2 = 0x02,
    disconnect_with_will = 0x04,
    no_matching_subscribers = 0x10,
    no_subscription_existed = 0x11,
    continue_authentication = 0x18,
    reauthenticate = 0x19,
    unspecified_error = 0x80,
    malformed_packet = 0x81,
    protocol_error = 0x82,
    implementation_specific_error = 0x83,
    unsupported_protocol_version = 0x84,
    client_identifier_not_valid = 0x85,
    bad_username_or_password = 0x86,
    not_authorized = 0x87,
    server_unavailable = 0x88,
    server_busy = 0x89,
    banned = 0x8a,
    server_shutting_down = 0x8b,
    bad_authentication_method = 0x8c,
    keepalive_timeout = 0x8d,
    session_taken_over = 0x8e,
    topic_filter_invalid = 0x8f,
    topic_name_invalid = 0x90,
    packet_id_in_use = 0x91,
    packet_id_not_found = 0x92,
    receive_maximum_exceeded = 0x93,
    topic_alias_invalid = 0x94,
    packet_too_large = 0x95,
    message_rate_too_high = 0x96,
    quota_exceeded = 0x97,
    administrative_action = 0x98,
    payload_format_invalid = 0x99,
    retain_not_supported = 0x9a,
    qos_not_supported = 0x9b,
    use_another_server = 0x9c,
    server_moved = 0x9d,
    shared_subscriptions_not_supported = 0x9e,
    connection_rate_exceeded = 0x9f,
    maximum_connect_time = 0xa0,
    subscription_ids_not_supported = 0xa1,
    wildcard_subscriptions_not_supported = 0xa2,
};

// The standard's name of the code, for logs and reason strings; "unknown" for any other number.
std::string_view reason_text(Reason reason);

// True for 0x80 and above.
constexpr bool is_error(Reason reason) { return static_cast<uint8_t>(reason) >= 0x80; }

// True when the standard lists `code` for a packet of `type` (2.4, 3.x.2.1).
bool reason_allowed(PacketType type, uint8_t code);

// The CONNACK return code of MQTT 3.1/3.1.1 (3.2.2.3) nearest to `reason`: 0..5.
uint8_t connack_return_code_v3(Reason reason);

}  // namespace grapnel::mqtt
