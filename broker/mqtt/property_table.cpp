#include "mqtt/property_table.h"

#include <initializer_list>

namespace grapnel::mqtt {

namespace {

using enum PropertyPlace;
using Id = PropertyId;

constexpr uint32_t places(std::initializer_list<PropertyPlace> list) {
    uint32_t mask = 0;
    for (const PropertyPlace place : list) mask |= 1u << static_cast<unsigned>(place);
    return mask;
}

constexpr uint32_t kMessage = places({publish, will});
constexpr uint32_t kAuthentication = places({connect, connack, PropertyPlace::auth});
constexpr uint32_t kReasonString = places(
    {connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, PropertyPlace::auth});
constexpr uint32_t kEverywhere =
    kReasonString | places({connect, publish, subscribe, unsubscribe, will});

// Every property of one byte is a choice of 0 and 1.
constexpr PropertyRow flag(uint32_t where, uint8_t Properties::*member) {
    return {.kind = PropertyKind::byte, .places = where, .maximum = 1, .byte = member};
}

constexpr PropertyRow two_byte(uint32_t where, uint16_t Properties::*member, uint32_t minimum,
                               Reason out_of_range = Reason::protocol_error) {
    return {.kind = PropertyKind::two_byte,
            .out_of_range = out_of_range,
            .places = where,
            .minimum = minimum,
            .maximum = 0xffff,
            .two_byte = member};
}

constexpr PropertyRow four_byte(uint32_t where, uint32_t Properties::*member, uint32_t minimum) {
    return {.kind = PropertyKind::four_byte,
            .places = where,
            .minimum = minimum,
            .maximum = 0xffff'ffff,
            .four_byte = member};
}

constexpr PropertyRow string(uint32_t where, Bytes Properties::*member) {
    return {.kind = PropertyKind::string, .places = where, .bytes = member};
}

constexpr PropertyRow binary(uint32_t where, Bytes Properties::*member) {
    return {.kind = PropertyKind::binary, .places = where, .bytes = member};
}

using Table = std::array<PropertyRow, kPropertyIdEnd>;

constexpr PropertyRow& row(Table& table, PropertyId id) { return table[static_cast<size_t>(id)]; }

constexpr void add_message_rows(Table& table) {
    using P = Properties;
    row(table, Id::payload_format_indicator) = flag(kMessage, &P::payload_format);
    row(table, Id::message_expiry_interval) = four_byte(kMessage, &P::message_expiry_s, 0);
    row(table, Id::content_type) = string(kMessage, &P::content_type);
    row(table, Id::response_topic) = string(kMessage, &P::response_topic);
    row(table, Id::correlation_data) = binary(kMessage, &P::correlation_data);
    row(table, Id::subscription_identifier) = {.kind = PropertyKind::variable,
                                               .places = places({publish, subscribe}),
                                               .minimum = 1,
                                               .maximum = kVariableIntegerMaximum,
                                               .four_byte = &P::subscription_identifier};
    row(table, Id::will_delay_interval) = four_byte(places({will}), &P::will_delay_s, 0);
    row(table, Id::topic_alias) =
        two_byte(places({publish}), &P::topic_alias, 1, Reason::topic_alias_invalid);
    row(table, Id::user_property) = {.kind = PropertyKind::pair, .places = kEverywhere};
}

constexpr void add_connection_rows(Table& table) {
    using P = Properties;
    constexpr uint32_t kConnack = places({connack});
    constexpr uint32_t kBothWays = places({connect, connack});
    row(table, Id::session_expiry_interval) =
        four_byte(places({connect, connack, disconnect}), &P::session_expiry_s, 0);
    row(table, Id::assigned_client_identifier) = string(kConnack, &P::assigned_client_identifier);
    row(table, Id::server_keep_alive) = two_byte(kConnack, &P::server_keepalive_s, 0);
    row(table, Id::authentication_method) = string(kAuthentication, &P::authentication_method);
    row(table, Id::authentication_data) = binary(kAuthentication, &P::authentication_data);
    row(table, Id::request_problem_information) =
        flag(places({connect}), &P::request_problem_information);
    row(table, Id::request_response_information) =
        flag(places({connect}), &P::request_response_information);
    row(table, Id::response_information) = string(kConnack, &P::response_information);
    row(table, Id::server_reference) = string(places({connack, disconnect}), &P::server_reference);
    row(table, Id::reason_string) = string(kReasonString, &P::reason_string);
    row(table, Id::receive_maximum) = two_byte(kBothWays, &P::receive_maximum, 1);
    row(table, Id::topic_alias_maximum) = two_byte(kBothWays, &P::topic_alias_maximum, 0);
    row(table, Id::maximum_qos) = flag(kConnack, &P::maximum_qos);
    row(table, Id::retain_available) = flag(kConnack, &P::retain_available);
    row(table, Id::maximum_packet_size) = four_byte(kBothWays, &P::maximum_packet_size, 1);
    row(table, Id::wildcard_subscription_available) = flag(kConnack, &P::wildcard_available);
    row(table, Id::subscription_identifier_available) =
        flag(kConnack, &P::subscription_identifier_available);
    row(table, Id::shared_subscription_available) = flag(kConnack, &P::shared_available);
}

constexpr Table make_table() {
    Table table{};
    add_message_rows(table);
    add_connection_rows(table);
    return table;
}

}  // namespace

constexpr std::array<PropertyRow, kPropertyIdEnd> kPropertyTable = make_table();

PropertyKind property_kind(uint32_t id) { return property_row(id).kind; }

bool property_allowed(PropertyId id, PropertyPlace place) {
    const PropertyRow& row = property_row(static_cast<uint32_t>(id));
    return ((row.places >> static_cast<unsigned>(place)) & 1u) != 0;
}

}  // namespace grapnel::mqtt
