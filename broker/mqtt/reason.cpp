#include "mqtt/reason.h"

#include <array>
#include <initializer_list>

namespace grapnel::mqtt {

namespace {

using enum PacketType;

constexpr uint16_t types(std::initializer_list<PacketType> list) {
    unsigned mask = 0;
    for (const PacketType type : list) mask |= 1u << static_cast<unsigned>(type);
    return static_cast<uint16_t>(mask);
}

struct Row {
    Reason reason;
    std::string_view text;
    uint16_t types;
};

// MQTT 5.0, table 2-6, in its order.
constexpr Row kRows[] = {
    {Reason::success, "Success",
     types({connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth})},
    {Reason::granted_qos_1, "Granted QoS 1", types({suback})},
    {Reason::granted_qos_2, "Granted QoS 2", types({suback})},
    {Reason::disconnect_with_will, "Disconnect with Will Message", types({disconnect})},
    {Reason::no_matching_subscribers, "No matching subscribers", types({puback, pubrec})},
    {Reason::no_subscription_existed, "No subscription existed", types({unsuback})},
    {Reason::continue_authentication, "Continue authentication", types({auth})},
    {Reason::reauthenticate, "Re-authenticate", types({auth})},
    {Reason::unspecified_error, "Unspecified error",
     types({connack, puback, pubrec, suback, unsuback, disconnect})},
    {Reason::malformed_packet, "Malformed Packet", types({connack, disconnect})},
    {Reason::protocol_error, "Protocol Error", types({connack, disconnect})},
    {Reason::implementation_specific_error, "Implementation specific error",
     types({connack, puback, pubrec, suback, unsuback, disconnect})},
    {Reason::unsupported_protocol_version, "Unsupported Protocol Version", types({connack})},
    {Reason::client_identifier_not_valid, "Client Identifier not valid", types({connack})},
    {Reason::bad_username_or_password, "Bad User Name or Password", types({connack})},
    {Reason::not_authorized, "Not authorized",
     types({connack, puback, pubrec, suback, unsuback, disconnect})},
    {Reason::server_unavailable, "Server unavailable", types({connack})},
    {Reason::server_busy, "Server busy", types({connack, disconnect})},
    {Reason::banned, "Banned", types({connack})},
    {Reason::server_shutting_down, "Server shutting down", types({disconnect})},
    {Reason::bad_authentication_method, "Bad authentication method", types({connack, disconnect})},
    {Reason::keepalive_timeout, "Keep Alive timeout", types({disconnect})},
    {Reason::session_taken_over, "Session taken over", types({disconnect})},
    {Reason::topic_filter_invalid, "Topic Filter invalid", types({suback, unsuback, disconnect})},
    {Reason::topic_name_invalid, "Topic Name invalid",
     types({connack, puback, pubrec, disconnect})},
    {Reason::packet_id_in_use, "Packet Identifier in use",
     types({puback, pubrec, suback, unsuback})},
    {Reason::packet_id_not_found, "Packet Identifier not found", types({pubrel, pubcomp})},
    {Reason::receive_maximum_exceeded, "Receive Maximum exceeded", types({disconnect})},
    {Reason::topic_alias_invalid, "Topic Alias invalid", types({disconnect})},
    {Reason::packet_too_large, "Packet too large", types({connack, disconnect})},
    {Reason::message_rate_too_high, "Message rate too high", types({disconnect})},
    {Reason::quota_exceeded, "Quota exceeded",
     types({connack, puback, pubrec, suback, disconnect})},
    {Reason::administrative_action, "Administrative action", types({disconnect})},
    {Reason::payload_format_invalid, "Payload format invalid",
     types({connack, puback, pubrec, disconnect})},
    {Reason::retain_not_supported, "Retain not supported", types({connack, disconnect})},
    {Reason::qos_not_supported, "QoS not supported", types({connack, disconnect})},
    {Reason::use_another_server, "Use another server", types({connack, disconnect})},
    {Reason::server_moved, "Server moved", types({connack, disconnect})},
    {Reason::shared_subscriptions_not_supported, "Shared Subscriptions not supported",
     types({suback, disconnect})},
    {Reason::connection_rate_exceeded, "Connection rate exceeded", types({connack, disconnect})},
    {Reason::maximum_connect_time, "Maximum connect time", types({disconnect})},
    {Reason::subscription_ids_not_supported, "Subscription Identifiers not supported",
     types({suback, disconnect})},
    {Reason::wildcard_subscriptions_not_supported, "Wildcard Subscriptions not supported",
     types({suback, disconnect})},
};

// Row of each number, -1 where the standard has none.
constexpr std::array<int8_t, 256> row_of_number() {
    std::array<int8_t, 256> rows{};
    rows.fill(-1);
    int8_t index = 0;
    for (const Row& row : kRows) rows[static_cast<uint8_t>(row.reason)] = index++;
    return rows;
}

constexpr std::array<int8_t, 256> kRowOfNumber = row_of_number();

const Row* find_row(uint8_t code) {
    const int8_t index = kRowOfNumber[code];
    return index < 0 ? nullptr : &kRows[static_cast<size_t>(index)];
}

}  // namespace

std::string_view reason_text(Reason reason) {
    const Row* row = find_row(static_cast<uint8_t>(reason));
    return row == nullptr ? "unknown" : row->text;
}

bool reason_allowed(PacketType type, uint8_t code) {
    const Row* row = find_row(code);
    return row != nullptr && ((row->types >> static_cast<unsigned>(type)) & 1u) != 0;
}

uint8_t connack_return_code_v3(Reason reason) {
    if (!is_error(reason)) return 0;
    switch (reason) {
        case Reason::unsupported_protocol_version: return 1;
        case Reason::client_identifier_not_valid: return 2;
        case Reason::bad_username_or_password: return 4;
        case Reason::not_authorized:
        case Reason::banned:
        case Reason::bad_authentication_method:
        case Reason::topic_name_invalid: return 5;
        default: return 3;
    }
}

}  // namespace grapnel::mqtt
