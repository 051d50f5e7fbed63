#include <bit>

#include "mqtt/properties_codec.h"
#include "mqtt/property_table.h"

namespace grapnel::mqtt {

namespace {

constexpr uint64_t bit(PropertyId id) { return uint64_t{1} << static_cast<unsigned>(id); }

// Present properties that are written from fields: all but what may repeat.
uint64_t field_bits(const Properties& properties) {
    return properties.present & ((uint64_t{1} << kPropertyIdEnd) - 1) &
           ~(bit(PropertyId::user_property) | bit(PropertyId::subscription_identifier));
}

size_t value_size(const Properties& properties, const PropertyRow& row) {
    if (row.byte != nullptr) return 1;
    if (row.two_byte != nullptr) return 2;
    if (row.four_byte != nullptr) return 4;
    return 2 + (properties.*row.bytes).size();
}

void write_field(const Properties& properties, uint32_t id, Writer& writer) {
    const PropertyRow& row = property_row(id);
    writer.u8(static_cast<uint8_t>(id));
    if (row.byte != nullptr) {
        writer.u8(properties.*row.byte);
    } else if (row.two_byte != nullptr) {
        writer.u16(properties.*row.two_byte);
    } else if (row.four_byte != nullptr) {
        writer.u32(properties.*row.four_byte);
    } else {
        writer.field(properties.*row.bytes);
    }
}

// Calls fn(id) for each field property in ascending order.
template <class Fn>
void for_each_field(uint64_t bits, Fn fn) {
    for (; bits != 0; bits &= bits - 1) {
        const auto id = static_cast<uint32_t>(std::countr_zero(bits));
        if (property_kind(id) != PropertyKind::none) fn(id);
    }
}

// Calls identifier(value) and user(whole property) for what may repeat, in order. The field is the
// first subscription identifier when it is present, whether `raw` has one or not.
template <class Identifier, class User>
void for_each_repeated(const Properties& properties, Identifier identifier, User user) {
    bool field_due = properties.has(PropertyId::subscription_identifier);
    Reader reader(properties.raw);
    PropertyId id{};
    Bytes whole;
    while (next_property(reader, id, whole)) {
        if (id == PropertyId::user_property) user(whole);
        if (id != PropertyId::subscription_identifier) continue;
        uint32_t value = 0;
        Reader number(whole.substr(1));
        if (!number.variable(value)) continue;
        identifier(field_due ? properties.subscription_identifier : value);
        field_due = false;
    }
    if (field_due) identifier(properties.subscription_identifier);
}

}  // namespace

size_t properties_size(const Properties& properties) {
    if (properties.present == 0 && properties.raw.empty()) return 0;
    size_t size = 0;
    for_each_field(field_bits(properties),
                   [&](uint32_t id) { size += 1 + value_size(properties, property_row(id)); });
    for_each_repeated(
        properties, [&](uint32_t value) { size += 1 + variable_size(value); },
        [&](Bytes whole) { size += whole.size(); });
    return size;
}

void write_properties(const Properties& properties, size_t set_size, Writer& writer) {
    writer.variable(set_size);
    if (set_size == 0) return;
    for_each_field(field_bits(properties),
                   [&](uint32_t id) { write_field(properties, id, writer); });
    for_each_repeated(
        properties,
        [&](uint32_t value) {
            writer.u8(static_cast<uint8_t>(PropertyId::subscription_identifier));
            writer.variable(value);
        },
        [&](Bytes whole) { writer.bytes(whole); });
}

void encode_properties(const Properties& properties, std::string& out) {
    const size_t set_size = properties_size(properties);
    Writer writer(out, prefixed_size(set_size));
    write_properties(properties, set_size, writer);
    writer.finish();
}

void collect_forwarded_properties(const Properties& properties, std::string& out) {
    constexpr uint64_t kForwarded =
        bit(PropertyId::payload_format_indicator) | bit(PropertyId::content_type) |
        bit(PropertyId::response_topic) | bit(PropertyId::correlation_data);
    const uint64_t fields = properties.present & kForwarded;
    if (fields == 0 && properties.raw.empty()) return;
    size_t size = 0;
    for_each_field(fields,
                   [&](uint32_t id) { size += 1 + value_size(properties, property_row(id)); });
    for_each_repeated(
        properties, [](uint32_t) {}, [&](Bytes whole) { size += whole.size(); });
    Writer writer(out, size);
    for_each_field(fields, [&](uint32_t id) { write_field(properties, id, writer); });
    for_each_repeated(
        properties, [](uint32_t) {}, [&](Bytes whole) { writer.bytes(whole); });
    writer.finish();
}

bool RepeatedProperties::next(PropertyId wanted, Bytes& value) {
    Reader reader(rest_);
    PropertyId id{};
    Bytes whole;
    while (next_property(reader, id, whole)) {
        if (id != wanted) continue;
        value = whole.substr(1);
        rest_ = reader.rest();
        return true;
    }
    rest_ = {};
    return false;
}

bool RepeatedProperties::next_user_property(UserProperty& out) {
    Bytes value;
    if (!next(PropertyId::user_property, value)) return false;
    Reader pair(value);
    return pair.binary(out.key) && pair.binary(out.value);
}

bool RepeatedProperties::next_subscription_identifier(uint32_t& out) {
    Bytes value;
    return next(PropertyId::subscription_identifier, value) && Reader(value).variable(out);
}

bool user_property_at(const Properties& properties, uint32_t index, UserProperty& out) {
    RepeatedProperties walk(properties);
    while (walk.next_user_property(out))
        if (index-- == 0) return true;
    return false;
}

bool subscription_identifier_at(const Properties& properties, uint32_t index, uint32_t& out) {
    RepeatedProperties walk(properties);
    while (walk.next_subscription_identifier(out))
        if (index-- == 0) return true;
    return false;
}

void append_user_property(const UserProperty& property, std::string& raw) {
    Writer writer(raw, 1 + 2 + property.key.size() + 2 + property.value.size());
    writer.u8(static_cast<uint8_t>(PropertyId::user_property));
    writer.field(property.key);
    writer.field(property.value);
    writer.finish();
}

void append_subscription_identifier(uint32_t identifier, std::string& raw) {
    Writer writer(raw, 1 + variable_size(identifier));
    writer.u8(static_cast<uint8_t>(PropertyId::subscription_identifier));
    writer.variable(identifier);
    writer.finish();
}

}  // namespace grapnel::mqtt
