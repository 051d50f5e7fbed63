#include "describe.h"
#include "property_samples.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

constexpr uint32_t kAlias = 0x23;
constexpr uint32_t kResponseTopic = 0x08;

uint32_t number_of(Bytes encoding, PropertyKind kind) {
    uint32_t value = 0;
    uint32_t factor = 1;
    for (const char byte : encoding) {
        const auto part = static_cast<uint8_t>(byte);
        if (kind == PropertyKind::variable) {
            value += (part & 0x7fu) * factor;
            factor *= 128;
        } else {
            value = value * 256 + part;
        }
    }
    return value;
}

bool is_number(PropertyKind kind) {
    return kind == PropertyKind::byte || kind == PropertyKind::two_byte ||
           kind == PropertyKind::four_byte || kind == PropertyKind::variable;
}

}  // namespace

TEST_CASE("numbers and strings go in and come out by identifier") {
    for (const PropertySample& sample : property_samples()) {
        CAPTURE(sample.id);
        Properties properties;
        uint32_t value = 0;
        Bytes text;
        const std::string encoding = hex(sample.other);
        CHECK(!property_u32(properties, sample.id, value));
        CHECK(!property_string(properties, sample.id, text));
        if (is_number(sample.kind)) {
            const uint32_t number = number_of(encoding, sample.kind);
            REQUIRE(set_property_u32(properties, sample.id, number));
            CHECK(property_u32(properties, sample.id, value));
            CHECK(value == number);
            CHECK(!set_property_string(properties, sample.id, "x"));
            if (*sample.invalid != 0)
                CHECK(!set_property_u32(properties, sample.id,
                                        number_of(hex(sample.invalid), sample.kind)));
        } else if (sample.kind == PropertyKind::pair) {
            CHECK(!set_property_u32(properties, sample.id, 1));
            CHECK(!set_property_string(properties, sample.id, "x"));
        } else {
            const Bytes string = Bytes(encoding).substr(2);
            REQUIRE(set_property_string(properties, sample.id, string));
            CHECK(property_string(properties, sample.id, text));
            CHECK(text == string);
            CHECK(!set_property_u32(properties, sample.id, 1));
            if (*sample.invalid != 0)
                CHECK(!set_property_string(properties, sample.id,
                                           Bytes(hex(sample.invalid)).substr(2)));
        }
    }
}

TEST_CASE("setters refuse what could not be sent, and then change nothing") {
    Properties properties;
    REQUIRE(set_property_u32(properties, kAlias, 7));
    CHECK(!set_property_u32(properties, kAlias, 65'536));
    CHECK(properties.topic_alias == 7);
    CHECK(!set_property_u32(properties, 0, 1));
    CHECK(!set_property_u32(properties, 999, 1));
    CHECK(!set_property_u32(properties, 0x0b, kVariableIntegerMaximum + 1));
    CHECK(!set_property_string(properties, kResponseTopic, ""));
    CHECK(!set_property_string(properties, kResponseTopic, "a/#"));
    const std::string longest(65'535, 'x');
    CHECK(set_property_string(properties, 0x09, longest));
    CHECK(!set_property_string(properties, 0x09, longest + "x"));
    CHECK(!set_property_string(properties, 999, "x"));
    CHECK(properties.correlation_data.size() == longest.size());
}
