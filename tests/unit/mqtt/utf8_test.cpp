#include "mqtt/utf8.h"

#include <random>

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

// Encodes any number below 2^21, whether it is a code point or not.
std::string encode_point(uint32_t point) {
    const auto low = [point](unsigned shift) {
        return static_cast<char>(0x80 | ((point >> shift) & 0x3f));
    };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xc0 | (point >> 6)), low(0)};
    if (point < 0x10000) return {static_cast<char>(0xe0 | (point >> 12)), low(6), low(0)};
    return {static_cast<char>(0xf0 | (point >> 18)), low(12), low(6), low(0)};
}

// A slow decoder: reads a point by its lead byte and asks for its one right encoding.
bool reference_utf8(Bytes text) {
    while (!text.empty()) {
        const auto lead = static_cast<uint8_t>(text[0]);
        const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (text.size() < size) return false;
        uint32_t point = size == 1 ? lead : lead & (0xffu >> (size + 1));
        for (size_t at = 1; at < size; ++at)
            point = (point << 6) | (static_cast<uint8_t>(text[at]) & 0x3fu);
        if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
        if (encode_point(point) != text.substr(0, size)) return false;
        text.remove_prefix(size);
    }
    return true;
}

bool reference_string(Bytes text) { return text.find('\0') == Bytes::npos && reference_utf8(text); }

}  // namespace

TEST_CASE("known good and bad texts") {
    for (const char* text : {"", "'a'", "7f", "01", "c2 80", "df bf", "e0 a0 80", "ed 9f bf",
                             "ee 80 80", "ef bb bf", "ef bf be", "ef bf bf", "f0 90 80 80",
                             "f4 8f bf bf", "'abcdefg' c3 a9 'hijklmnop' e2 82 ac"}) {
        CAPTURE(text);
        CHECK(is_mqtt_string(hex(text)));
        CHECK(is_utf8(hex(text)));
    }
    for (const char* text : {"80",
                             "bf",
                             "c0 80",
                             "c1 bf",
                             "c2",
                             "c2 00",
                             "c2 c2",
                             "e0 80 80",
                             "e0 9f bf",
                             "ed a0 80",
                             "ed bf bf",
                             "e2 82",
                             "e2 82 28",
                             "f0 8f bf bf",
                             "f4 90 80 80",
                             "f5 80 80 80",
                             "f0 90 80",
                             "fe",
                             "ff",
                             "f8 88 80 80 80",
                             "'abcdefgh' ff",
                             "'abcdefgh' c3"}) {
        CAPTURE(text);
        CHECK(!is_mqtt_string(hex(text)));
        CHECK(!is_utf8(hex(text)));
    }
}

TEST_CASE("U+0000 is text but no MQTT string, at every place") {
    for (size_t size = 1; size < 40; ++size) {
        for (size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            CHECK(is_mqtt_string(text));
            text[at] = '\0';
            CHECK(!is_mqtt_string(text));
            CHECK(is_utf8(text));
        }
    }
}

TEST_CASE("every code point, at every place in a word") {
    size_t wrong = 0;
    for (uint32_t point = 0; point < 0x11'1000; ++point) {
        const std::string padding(point % 11, 'p');
        const std::string text = padding + encode_point(point) + padding;
        const bool valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
        if (is_utf8(text) != valid) ++wrong;
        if (is_mqtt_string(text) != (valid && point != 0)) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("every two bytes and random bytes answer like a slow reference") {
    size_t wrong = 0;
    for (unsigned pair = 0; pair < 65'536; ++pair) {
        for (const char* tail : {"", "\x80", "\x80\x80"}) {
            std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair)};
            text += tail;
            if (is_utf8(text) != reference_utf8(text)) ++wrong;
            if (is_mqtt_string(text) != reference_string(text)) ++wrong;
        }
    }
    std::mt19937 random(1);
    const std::string parts[] = {"a",
                                 "topic/",
                                 "\xc3\xa9",
                                 "\xe2\x82\xac",
                                 "\xf0\x9f\x98\x80",
                                 std::string(1, '\0'),
                                 "\x80",
                                 "\xed\xa0\x80",
                                 "\xc3",
                                 "12345678"};
    for (int round = 0; round < 100'000; ++round) {
        std::string text;
        const size_t count = random() % 8;
        for (size_t part = 0; part < count; ++part)
            text += parts[random() % (round % 2 == 0 ? 5 : std::size(parts))];
        if (is_utf8(text) != reference_utf8(text)) ++wrong;
        if (is_mqtt_string(text) != reference_string(text)) ++wrong;
    }
    CHECK(wrong == 0);
}
