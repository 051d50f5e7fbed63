#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hex.h"
#include "mqtt/properties.h"

namespace grapnel::mqtt::test {

// One property of the standard's table 2-4, written down a second time, by hand.
struct PropertySample {
    unsigned id;
    PropertyKind kind;
    const char* places;  // C connect, A connack, P publish, W will, 4567 puback…, S subscribe,
                         // s suback, U unsubscribe, u unsuback, D disconnect, X auth
    const char*
        valid;  // two encodings of a value, then one out of range, "" when every one is valid
    const char* other;
    const char* invalid;
    Reason reason;  // for the invalid one
};

inline std::vector<PropertySample> property_samples() {
    using enum PropertyKind;
    constexpr Reason kP = Reason::protocol_error;
    constexpr Reason kM = Reason::malformed_packet;
    return {
        {0x01, byte, "PW", "00", "01", "02", kP},
        {0x02, four_byte, "PW", "00000000", "ffffffff", "", kP},
        {0x03, string, "PW", "0000", "0003'c/t'", "0001 ff", kM},
        {0x08, string, "PW", "0001'r'", "0003'r/t'", "0003'r/+'", kP},
        {0x09, binary, "PW", "0000", "0002 00ff", "", kP},
        {0x0b, variable, "PS", "01", "ffffff7f", "00", kP},
        {0x11, four_byte, "CAD", "00000000", "ffffffff", "", kP},
        {0x12, string, "A", "0000", "0002'id'", "0001 00", kM},
        {0x13, two_byte, "A", "0000", "ffff", "", kP},
        {0x15, string, "CAX", "0000", "0001'm'", "0001 c0", kM},
        {0x16, binary, "CAX", "0000", "0001 ff", "", kP},
        {0x17, byte, "C", "00", "01", "02", kP},
        {0x18, four_byte, "W", "00000000", "ffffffff", "", kP},
        {0x19, byte, "C", "00", "01", "ff", kP},
        {0x1a, string, "A", "0000", "0001'r'", "0001 80", kM},
        {0x1c, string, "AD", "0000", "0001's'", "0001 80", kM},
        {0x1f, string, "A4567suDX", "0000", "0002'no'", "0003 eda080", kM},
        {0x21, two_byte, "CA", "0001", "ffff", "0000", kP},
        {0x22, two_byte, "CA", "0000", "ffff", "", kP},
        {0x23, two_byte, "P", "0001", "ffff", "0000", Reason::topic_alias_invalid},
        {0x24, byte, "A", "00", "01", "02", kP},
        {0x25, byte, "A", "00", "01", "02", kP},
        {0x26, pair, "CAPW4567SsUuDX", "0000 0000", "0001'k' 0001'v'", "0000 0001 ff", kM},
        {0x27, four_byte, "CA", "00000001", "ffffffff", "00000000", kP},
        {0x28, byte, "A", "00", "01", "02", kP},
        {0x29, byte, "A", "00", "01", "02", kP},
        {0x2a, byte, "A", "00", "01", "02", kP},
    };
}

struct Place {
    char letter;
    PropertyPlace place;
};

inline std::vector<Place> property_places() {
    using enum PropertyPlace;
    return {{'C', connect},     {'A', connack},
            {'P', publish},     {'W', will},
            {'4', puback},      {'5', pubrec},
            {'6', pubrel},      {'7', pubcomp},
            {'S', subscribe},   {'s', suback},
            {'U', unsubscribe}, {'u', unsuback},
            {'D', disconnect},  {'X', PropertyPlace::auth}};
}

inline bool listed(const PropertySample& sample, const Place& place) {
    return std::string(sample.places).find(place.letter) != std::string::npos;
}

inline std::string encoded(const PropertySample& sample, const char* value) {
    return std::string(1, static_cast<char>(sample.id)) + hex(value);
}

}  // namespace grapnel::mqtt::test
