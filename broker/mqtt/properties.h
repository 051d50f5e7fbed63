#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "mqtt/reason.h"
#include "mqtt/types.h"

namespace grapnel::mqtt {

// Property identifiers (MQTT 5.0, 2.2.2.2).
enum class PropertyId : uint8_t {
    payload_format_indicator = 0x01,
    message_expiry_interval = 0x02,
    content_type = 0x03,
    response_topic = 0x08,
    correlation_data = 0x09,
    subscription_identifier = 0x0b,
    session_expiry_interval = 0x11,
    assigned_client_identifier = 0x12,
    server_keep_alive = 0x13,
    authentication_method = 0x15,
    authentication_data = 0x16,
    request_problem_information = 0x17,
    will_delay_interval = 0x18,
    request_response_information = 0x19,
    response_information = 0x1a,
    server_reference = 0x1c,
    reason_string = 0x1f,
    receive_maximum = 0x21,
    topic_alias_maximum = 0x22,
    topic_alias = 0x23,
    maximum_qos = 0x24,
    retain_available = 0x25,
    user_property = 0x26,
    maximum_packet_size = 0x27,
    wildcard_subscription_available = 0x28,
    subscription_identifier_available = 0x29,
    shared_subscription_available = 0x2a,
};

// Where a property set stands: the packet type, or a will inside CONNECT.
enum class PropertyPlace : uint8_t {
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
    disconnect = 14,
    auth = 15,
    will = 16,
};

struct UserProperty {
    Bytes key;
    Bytes value;
};

// One property set, borrowed from the packet's bytes (decoding) or from the caller (encoding).
// Fields mean something only when has(id). What may repeat (user properties, subscription
// identifiers) is not parsed into fields: it stays in `raw`, encoded, in order, and is walked on
// demand.
struct Properties {
    uint64_t present = 0;  // bit = property identifier
    Bytes raw;  // decoding: the whole set without its length; encoding: only user properties and
                // subscription identifiers are taken from here
    Bytes content_type, response_topic, correlation_data, assigned_client_identifier,
        authentication_method, authentication_data, response_information, server_reference,
        reason_string;
    uint32_t message_expiry_s, session_expiry_s, will_delay_s, maximum_packet_size,
        subscription_identifier;  // the first one
    uint16_t server_keepalive_s, receive_maximum, topic_alias_maximum, topic_alias;
    uint8_t payload_format, request_problem_information, request_response_information, maximum_qos,
        retain_available, wildcard_available, subscription_identifier_available, shared_available;

    Properties() {}  // leaves the fields as they are: `present` says what counts

    bool has(PropertyId id) const { return (present >> static_cast<uint8_t>(id)) & 1u; }
    void mark(PropertyId id) { present |= uint64_t{1} << static_cast<uint8_t>(id); }
    void clear(PropertyId id) { present &= ~(uint64_t{1} << static_cast<uint8_t>(id)); }
};

// Kinds of value, for who reads or writes a property by its number (plugins).
enum class PropertyKind : uint8_t {
    none,
    byte,
    two_byte,
    four_byte,
    variable,
    string,
    binary,
    pair
};

// The kind of a property number; none for a number that the standard does not have.
PropertyKind property_kind(uint32_t id);

// True when the standard lists the property for that place (2.2.2.2, table 2-4).
bool property_allowed(PropertyId id, PropertyPlace place);

// Numeric and string access by number; false when absent or of another kind. The setters also
// refuse what the standard does not allow as a value: out of range, too long, not UTF-8, a wildcard
// in a response topic.
bool property_u32(const Properties& properties, uint32_t id, uint32_t& out);
bool property_string(const Properties& properties, uint32_t id, Bytes& out);
bool set_property_u32(Properties& properties, uint32_t id, uint32_t value);
// The bytes are borrowed: they outlive `properties`.
bool set_property_string(Properties& properties, uint32_t id, Bytes value);

// Parses and validates one property set whose length prefix is already removed: each identifier
// known, allowed at `place`, at most once unless it may repeat, in range. 0x81 for what is
// malformed, which an identifier at a place that does not list it is too (2.2.2.2); 0x82 for a
// broken rule; 0x94 for alias 0.
[[nodiscard]] Reason decode_properties(Bytes raw, PropertyPlace place, Properties& out);

// Walks what may repeat, in order, once: asking for each by its index looks at all before it, and a
// packet can hold a hundred thousand. Requires: `raw` was validated, and outlives this.
class RepeatedProperties {
public:
    RepeatedProperties() = default;
    explicit RepeatedProperties(const Properties& properties) : rest_(properties.raw) {}

    // Each goes on behind what the last call gave, and passes over the other kind. False at the
    // end.
    bool next_user_property(UserProperty& out);
    bool next_subscription_identifier(uint32_t& out);

private:
    // The value of the next one of that kind.
    bool next(PropertyId wanted, Bytes& value);

    Bytes rest_;
};

// The n-th user property in order; false when there are fewer. Requires: `raw` was validated.
bool user_property_at(const Properties& properties, uint32_t index, UserProperty& out);
// The n-th subscription identifier; false when there are fewer.
bool subscription_identifier_at(const Properties& properties, uint32_t index, uint32_t& out);

// Appends one encoded user property to a `raw` string of the caller's.
void append_user_property(const UserProperty& property, std::string& raw);
void append_subscription_identifier(uint32_t identifier, std::string& raw);

// Appends length and set to `out`: field properties by ascending identifier, then what may repeat,
// from `raw` in its order. A present `subscription_identifier` field takes the place of the first
// one in `raw`, and is written when there is none.
void encode_properties(const Properties& properties, std::string& out);

// Appends, encoded, what a PUBLISH or will hands on to receivers unchanged (3.3.2.3): payload
// format, content type, response topic, correlation data and user properties in order.
void collect_forwarded_properties(const Properties& properties, std::string& out);

}  // namespace grapnel::mqtt
