#pragma once

#include <array>

#include "mqtt/properties.h"

namespace grapnel::mqtt {

// What the standard says of one property (2.2.2.2, table 2-4), and where Properties keeps it.
// The one member pointer that fits the kind is set, unless the property stays in `raw`.
struct PropertyRow {
    PropertyKind kind = PropertyKind::none;
    Reason out_of_range = Reason::protocol_error;
    uint32_t places = 0;  // bit = PropertyPlace
    uint32_t minimum = 0;
    uint32_t maximum = 0;
    uint8_t Properties::*byte = nullptr;
    uint16_t Properties::*two_byte = nullptr;
    uint32_t Properties::*four_byte = nullptr;  // also of kind variable
    Bytes Properties::*bytes = nullptr;
};

// Identifiers are all below this.
inline constexpr size_t kPropertyIdEnd = 0x2b;

extern const std::array<PropertyRow, kPropertyIdEnd> kPropertyTable;

// The row of an identifier; one of kind none for what the standard does not have.
inline const PropertyRow& property_row(uint32_t id) {
    return kPropertyTable[id < kPropertyIdEnd ? id : 0];
}

}  // namespace grapnel::mqtt
