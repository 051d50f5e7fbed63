#include "mqtt/cursor.h"
#include "mqtt/property_table.h"
#include "mqtt/topic_name.h"

namespace grapnel::mqtt {

bool property_u32(const Properties& properties, uint32_t id, uint32_t& out) {
    const PropertyRow& row = property_row(id);
    if (row.kind == PropertyKind::none || !properties.has(static_cast<PropertyId>(id)))
        return false;
    if (row.byte != nullptr) {
        out = properties.*row.byte;
    } else if (row.two_byte != nullptr) {
        out = properties.*row.two_byte;
    } else if (row.four_byte != nullptr) {
        out = properties.*row.four_byte;
    } else {
        return false;
    }
    return true;
}

bool property_string(const Properties& properties, uint32_t id, Bytes& out) {
    const PropertyRow& row = property_row(id);
    if (row.bytes == nullptr || !properties.has(static_cast<PropertyId>(id))) return false;
    out = properties.*row.bytes;
    return true;
}

bool set_property_u32(Properties& properties, uint32_t id, uint32_t value) {
    const PropertyRow& row = property_row(id);
    if (value < row.minimum || value > row.maximum) return false;
    if (row.byte != nullptr) {
        properties.*row.byte = static_cast<uint8_t>(value);
    } else if (row.two_byte != nullptr) {
        properties.*row.two_byte = static_cast<uint16_t>(value);
    } else if (row.four_byte != nullptr) {
        properties.*row.four_byte = value;
    } else {
        return false;
    }
    properties.mark(static_cast<PropertyId>(id));
    return true;
}

bool set_property_string(Properties& properties, uint32_t id, Bytes value) {
    const PropertyRow& row = property_row(id);
    if (row.bytes == nullptr || value.size() > kFieldMaximum) return false;
    if (row.kind == PropertyKind::string && !is_mqtt_string(value)) return false;
    if (static_cast<PropertyId>(id) == PropertyId::response_topic && !is_response_topic(value))
        return false;
    properties.*row.bytes = value;
    properties.mark(static_cast<PropertyId>(id));
    return true;
}

}  // namespace grapnel::mqtt
