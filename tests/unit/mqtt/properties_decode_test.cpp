#include "describe.h"
#include "mqtt/properties.h"
#include "property_samples.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

bool may_repeat(const PropertySample& sample, const Place& place) {
    return sample.id == 0x26 || (sample.id == 0x0b && place.letter == 'P');
}

// What stands in front of a property so that the set as a whole is right.
std::string company(const PropertySample& sample) {
    return sample.id == 0x16 ? hex("15 0001'm'") : "";
}

Reason answer(const std::string& raw, const Place& place) {
    Properties out;
    return decode_properties(raw, place.place, out);
}

}  // namespace

TEST_CASE("every property at every place: allowed, refused, out of range, twice, cut") {
    for (const PropertySample& sample : property_samples()) {
        CAPTURE(sample.id);
        for (const Place& place : property_places()) {
            CAPTURE(place.letter);
            const std::string one = encoded(sample, sample.valid);
            const std::string other = encoded(sample, sample.other);
            if (!listed(sample, place)) {
                CHECK(answer(one, place) == kMalformed);
                continue;
            }
            const std::string before = company(sample);
            CHECK(answer(before + one, place) == kSuccess);
            CHECK(answer(before + other, place) == kSuccess);
            CHECK(answer(before + one + other, place) ==
                  (may_repeat(sample, place) ? kSuccess : kProtocol));
            if (*sample.invalid != 0)
                CHECK(answer(before + encoded(sample, sample.invalid), place) == sample.reason);
            for (size_t length = 1; length < other.size(); ++length)
                CHECK(answer(before + other.substr(0, length), place) == kMalformed);
        }
    }
}

TEST_CASE("identifiers that the standard does not have") {
    for (unsigned id = 0; id < 256; ++id) {
        bool known = false;
        for (const PropertySample& sample : property_samples()) known |= sample.id == id;
        if (known) continue;
        for (const Place& place : property_places())
            CHECK(answer(std::string(1, static_cast<char>(id)) + hex("00000000"), place) ==
                  kMalformed);
    }
}

TEST_CASE("authentication data needs its method, in any order") {
    for (const Place& place : property_places()) {
        if (std::string("CAX").find(place.letter) == std::string::npos) continue;
        CHECK(answer(hex("16 0001 00"), place) == kProtocol);
        CHECK(answer(hex("16 0001 00 15 0001'm'"), place) == kSuccess);
        CHECK(answer(hex("15 0001'm' 16 0001 00"), place) == kSuccess);
    }
}

TEST_CASE("every subset of every place survives decoding and encoding") {
    for (const Place& place : property_places()) {
        CAPTURE(place.letter);
        std::vector<PropertySample> allowed;
        for (const PropertySample& sample : property_samples())
            if (listed(sample, place)) allowed.push_back(sample);
        size_t wrong = 0;
        for (uint32_t subset = 0; subset < (1u << allowed.size()); ++subset) {
            std::string raw;
            bool method = false;
            bool data = false;
            for (size_t at = 0; at < allowed.size(); ++at) {
                if (((subset >> at) & 1u) == 0) continue;
                // Both values, in turns that differ from property to property.
                const bool first = ((subset * 7 + at) & 2u) == 0;
                raw += encoded(allowed[at], first ? allowed[at].valid : allowed[at].other);
                method |= allowed[at].id == 0x15;
                data |= allowed[at].id == 0x16;
            }
            Properties out;
            const Reason reason = decode_properties(raw, place.place, out);
            if (reason != (data && !method ? kProtocol : kSuccess)) ++wrong;
            if (reason != kSuccess) continue;
            std::string bytes;
            encode_properties(out, bytes);
            Properties again;
            const std::string prefix = variable(raw.size());
            if (bytes.size() != prefix.size() + raw.size() || !bytes.starts_with(prefix)) ++wrong;
            if (decode_properties(Bytes(bytes).substr(prefix.size()), place.place, again) !=
                kSuccess)
                ++wrong;
            if (describe(out) != describe(again)) ++wrong;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("a decoder's leftovers do not show in the next set") {
    Properties properties;
    REQUIRE(decode_properties(hex("01 01 03 0001'c'"), PropertyPlace::publish, properties) ==
            kSuccess);
    REQUIRE(decode_properties("", PropertyPlace::publish, properties) == kSuccess);
    CHECK(properties.present == 0);
    CHECK(properties.raw.empty());
}
