#include "mqtt/property_table.h"

#include "property_samples.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("kinds and places of all properties") {
    CHECK(property_samples().size() == 27);
    size_t known = 0;
    for (uint32_t id = 0; id < 1'000; ++id)
        if (property_kind(id) != PropertyKind::none) ++known;
    CHECK(known == 27);
    CHECK(property_kind(0xffff'ffff) == PropertyKind::none);
    for (const PropertySample& sample : property_samples()) {
        CAPTURE(sample.id);
        CHECK(property_kind(sample.id) == sample.kind);
        for (const Place& place : property_places())
            CHECK(property_allowed(static_cast<PropertyId>(sample.id), place.place) ==
                  listed(sample, place));
    }
    for (unsigned place = 0; place < 17; ++place)
        CHECK(!property_allowed(static_cast<PropertyId>(0), static_cast<PropertyPlace>(place)));
}

TEST_CASE("every row keeps its value in one field, and no two share one") {
    Properties properties;
    uint32_t number = 1;
    std::vector<std::string> texts(256);
    for (uint32_t id = 0; id < kPropertyIdEnd; ++id) {
        const PropertyRow& row = property_row(id);
        if (row.byte != nullptr) properties.*row.byte = static_cast<uint8_t>(++number);
        if (row.two_byte != nullptr) properties.*row.two_byte = static_cast<uint16_t>(++number);
        if (row.four_byte != nullptr) properties.*row.four_byte = ++number;
        if (row.bytes != nullptr) {
            texts[id] = "text " + std::to_string(id);
            properties.*row.bytes = texts[id];
        }
        properties.mark(static_cast<PropertyId>(id));
    }
    number = 1;
    for (uint32_t id = 0; id < kPropertyIdEnd; ++id) {
        CAPTURE(id);
        uint32_t value = 0;
        Bytes text;
        const PropertyRow& row = property_row(id);
        if (property_u32(properties, id, value)) CHECK(value == ++number);
        if (property_string(properties, id, text)) CHECK(text == "text " + std::to_string(id));
        const int members = (row.byte != nullptr) + (row.two_byte != nullptr) +
                            (row.four_byte != nullptr) + (row.bytes != nullptr);
        const bool has_field = row.kind != PropertyKind::none && row.kind != PropertyKind::pair;
        CHECK(members == (has_field ? 1 : 0));
    }
}
