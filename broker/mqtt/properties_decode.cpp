#include "mqtt/properties_codec.h"
#include "mqtt/property_table.h"
#include "mqtt/topic_name.h"

namespace grapnel::mqtt {

namespace {

constexpr uint64_t bit(PropertyId id) { return uint64_t{1} << static_cast<unsigned>(id); }

// Stores a number that was read, unless it is an identifier that already has its first value.
Reason store_number(const PropertyRow& row, bool first, uint32_t value, Properties& out) {
    if (value < row.minimum || value > row.maximum) return row.out_of_range;
    if (row.byte != nullptr) {
        out.*row.byte = static_cast<uint8_t>(value);
    } else if (row.two_byte != nullptr) {
        out.*row.two_byte = static_cast<uint16_t>(value);
    } else if (first) {
        out.*row.four_byte = value;
    }
    return Reason::success;
}

Reason read_pair(Reader& reader) {
    Bytes text;
    return reader.string(text) && reader.string(text) ? Reason::success : Reason::malformed_packet;
}

Reason read_value(Reader& reader, const PropertyRow& row, bool first, Properties& out) {
    uint8_t byte = 0;
    uint16_t two_byte = 0;
    uint32_t four_byte = 0;
    switch (row.kind) {
        case PropertyKind::byte:
            if (!reader.u8(byte)) break;
            return store_number(row, first, byte, out);
        case PropertyKind::two_byte:
            if (!reader.u16(two_byte)) break;
            return store_number(row, first, two_byte, out);
        case PropertyKind::four_byte:
            if (!reader.u32(four_byte)) break;
            return store_number(row, first, four_byte, out);
        case PropertyKind::variable:
            if (!reader.variable(four_byte)) break;
            return store_number(row, first, four_byte, out);
        case PropertyKind::string:
            if (!reader.string(out.*row.bytes)) break;
            return Reason::success;
        case PropertyKind::binary:
            if (!reader.binary(out.*row.bytes)) break;
            return Reason::success;
        case PropertyKind::pair: return read_pair(reader);
        case PropertyKind::none: break;
    }
    return Reason::malformed_packet;
}

// What may stand more than once at `place` (3.3.2.3.8, 3.8.2.1.2).
uint64_t repeatable(PropertyPlace place) {
    const uint64_t user = bit(PropertyId::user_property);
    return place == PropertyPlace::publish ? user | bit(PropertyId::subscription_identifier) : user;
}

// Rules between the properties of one set.
Reason check_set(const Properties& set) {
    if (set.has(PropertyId::authentication_data) && !set.has(PropertyId::authentication_method))
        return Reason::protocol_error;
    if (set.has(PropertyId::response_topic) && !is_response_topic(set.response_topic))
        return Reason::protocol_error;
    return Reason::success;
}

}  // namespace

Reason decode_properties(Bytes raw, PropertyPlace place, Properties& out) {
    out.present = 0;
    out.raw = raw;
    Reader reader(raw);
    const uint64_t may_repeat = repeatable(place);
    while (!reader.done()) {
        uint8_t id = 0;
        if (!reader.u8(id)) return Reason::malformed_packet;
        // Identifiers are variable byte integers; those that exist all take one byte.
        const PropertyRow& row = property_row(id);
        if (((row.places >> static_cast<unsigned>(place)) & 1u) == 0)
            return Reason::malformed_packet;
        const uint64_t mask = uint64_t{1} << id;
        if ((out.present & mask & ~may_repeat) != 0) return Reason::protocol_error;
        const Reason reason = read_value(reader, row, (out.present & mask) == 0, out);
        if (reason != Reason::success) return reason;
        out.present |= mask;
    }
    return check_set(out);
}

Reason read_properties(Reader& reader, PropertyPlace place, Properties& out) {
    uint32_t size = 0;
    Bytes raw;
    if (!reader.variable(size) || !reader.take(size, raw)) {
        out.present = 0;
        out.raw = {};
        return Reason::malformed_packet;
    }
    if (size == 0) {
        out.present = 0;
        out.raw = raw;
        return Reason::success;
    }
    return decode_properties(raw, place, out);
}

bool next_property(Reader& reader, PropertyId& id, Bytes& whole) {
    const char* const start = reader.position();
    uint8_t number = 0;
    if (!reader.u8(number)) return false;
    uint32_t value = 0;
    Bytes bytes;
    bool read = false;
    switch (property_kind(number)) {
        case PropertyKind::byte: read = reader.take(1, bytes); break;
        case PropertyKind::two_byte: read = reader.take(2, bytes); break;
        case PropertyKind::four_byte: read = reader.take(4, bytes); break;
        case PropertyKind::variable: read = reader.variable(value); break;
        case PropertyKind::string:
        case PropertyKind::binary: read = reader.binary(bytes); break;
        case PropertyKind::pair: read = reader.binary(bytes) && reader.binary(bytes); break;
        case PropertyKind::none: break;
    }
    if (!read) return false;
    id = static_cast<PropertyId>(number);
    whole = Bytes(start, static_cast<size_t>(reader.position() - start));
    return true;
}

}  // namespace grapnel::mqtt
