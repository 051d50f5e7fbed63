#include "admin/cursor.h"

namespace grapnel {

namespace {

constexpr size_t kBytesMost = 512;
constexpr std::string_view kLineBreaks = "\r\n";
constexpr std::string_view kLastCharacter = "\xf4\x8f\xbf\xbf";  // U+10FFFF

}  // namespace

bool is_cursor(std::string_view text) {
    return text.size() <= kBytesMost && text.find_first_of(kLineBreaks) == std::string_view::npos;
}

std::string cursor_after(std::string_view text) {
    if (is_cursor(text)) return std::string(text);
    const size_t line_break = text.find_first_of(kLineBreaks);
    if (line_break < kBytesMost) {
        std::string above(text.substr(0, line_break + 1));
        ++above.back();
        return above;
    }
    size_t size = kBytesMost;
    while (size > 0 && (text[size] & 0xc0) == 0x80) --size;  // no part of a character
    return std::string(text.substr(0, size)).append(kLastCharacter);
}

}  // namespace grapnel
