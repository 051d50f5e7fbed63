#pragma once

#include "mqtt/cursor.h"
#include "mqtt/properties.h"

namespace grapnel::mqtt {

// Property sets inside packets. Internal to this folder.

// Reads a set with its length in front, as decode_properties does.
[[nodiscard]] Reason read_properties(Reader& reader, PropertyPlace place, Properties& out);

// The same for what exists in MQTT 5 only: before it, the set is empty and nothing is read.
[[nodiscard]] inline Reason read_properties(Reader& reader, Version version, PropertyPlace place,
                                            Properties& out) {
    if (version == Version::v5) return read_properties(reader, place, out);
    out.present = 0;
    out.raw = {};
    return Reason::success;
}

// The encoded size of the set, without its length in front.
size_t properties_size(const Properties& properties);

// Writes length and set. Requires: `set_size` is properties_size(properties).
void write_properties(const Properties& properties, size_t set_size, Writer& writer);

// Bytes of a set together with its length.
constexpr size_t prefixed_size(size_t set_size) { return variable_size(set_size) + set_size; }

// Steps over one property of a validated set, whatever its kind. `whole` is the property with its
// identifier. False at the end.
bool next_property(Reader& reader, PropertyId& id, Bytes& whole);

}  // namespace grapnel::mqtt
