#include "ctl/printable.h"

#include <langinfo.h>
#include <wchar.h>

#include <clocale>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace grapnel::ctl {
namespace {

constexpr uint32_t kBroken = 0xFFFFFFFF;

struct Character {
    uint32_t code = kBroken;
    size_t size = 1;  // bytes
};

// The first of a text that is not empty; overlong forms, surrogates and what is above U+10FFFF are
// broken.
Character first_of(std::string_view text) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
    uint32_t code = lead & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {};
        code = code << 6U | (byte(i) & 0x3FU);
    }
    if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
    return {code, size};
}

// Invisible ones, and those that reorder what stands around them.
bool deceives(uint32_t code) {
    constexpr std::pair<uint32_t, uint32_t> kRanges[] = {
        {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E}, {0x200B, 0x200F},   {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}, {0xE000, 0xF8FF},
    };
    for (const auto& [first, last] : kRanges)
        if (code >= first && code <= last) return true;
    return false;
}

bool is_control(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Of the C library's table for UTF-8, whatever the user's locale is.
int width_of(uint32_t code) {
    if (code < 0x7F) return 1;
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 == nullptr) return 1;
    const locale_t before = ::uselocale(utf8);
    const int width = ::wcwidth(static_cast<wchar_t>(code));
    ::uselocale(before);
    return width;
}

std::string escaped(uint32_t code) {
    if (code == '\n') return "\\n";
    if (code == '\r') return "\\r";
    if (code == '\t') return "\\t";
    char out[16];
    std::snprintf(out, sizeof out, code < 0x100 ? "\\x%02x" : "\\u{%x}", code);
    return out;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character next = first_of(text);
        if (next.code == kBroken)
            out += escaped(static_cast<unsigned char>(text[0]));
        else if (is_control(next.code) || deceives(next.code) || width_of(next.code) < 0)
            out += escaped(next.code);
        else
            out += text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
    return out;
}

std::string printable_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    const auto unit = [&out](uint32_t code) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", code & 0xFFFFU);
        out += escape;
    };
    while (!json.empty()) {
        const Character next = first_of(json);
        const bool is_layout = next.code == '\n' || next.code == '\t' || next.code == '\r';
        if (is_layout || !(next.code == kBroken || is_control(next.code) || deceives(next.code)))
            out += json.substr(0, next.size);
        else if (next.code == kBroken)
            unit(0xFFFD);
        else if (next.code < 0x10000)
            unit(next.code);
        else
            unit(0xD800 + ((next.code - 0x10000) >> 10U)), unit(0xDC00 + (next.code & 0x3FFU));
        json.remove_prefix(next.size);
    }
    return out;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Character next = first_of(text);
        if (next.code == kBroken) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

size_t columns_of(std::string_view text) {
    size_t columns = 0;
    while (!text.empty()) {
        const Character next = first_of(text);
        const int width = next.code == kBroken ? 1 : width_of(next.code);
        columns += width < 0 ? 1 : static_cast<size_t>(width);
        text.remove_prefix(next.size);
    }
    return columns;
}

std::string cut(std::string_view text, size_t columns_most) {
    if (columns_of(text) <= columns_most) return std::string(text);
    std::string out;
    size_t columns = 1;  // the mark's
    while (!text.empty()) {
        const Character next = first_of(text);
        const int width = next.code == kBroken ? 1 : width_of(next.code);
        columns += width < 0 ? 1 : static_cast<size_t>(width);
        if (columns > columns_most) break;
        out += text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
    return out + "…";
}

}  // namespace grapnel::ctl
