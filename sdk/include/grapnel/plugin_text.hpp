#ifndef GN_PLUGIN_TEXT_HPP
#define GN_PLUGIN_TEXT_HPP

// What bytes are, and how they are written for others to read. A part of plugin.hpp.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gn {

// Is this well-formed UTF-8, without surrogates and overlong forms? The empty text is.
inline bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        std::size_t length = 1;
        if (lead >= 0x80) length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (length == 0 || lead > 0xf4 || length > text.size() - at) return false;
        std::uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
        for (std::size_t more = 1; more < length; ++more) {
            const auto next = static_cast<unsigned char>(text[at + more]);
            if ((next & 0xc0) != 0x80) return false;
            code = code << 6 | (next & 0x3fu);
        }
        const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        if (overlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return false;
        at += length;
    }
    return true;
}

// The text, which is UTF-8, as a JSON string with its quotes (RFC 8259, 7). Has no line break.
inline std::string json_quoted(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (code < 0x20) {
            out += "\\u00";
            out += kHex[code >> 4];
            out += kHex[code & 15];
        } else {
            out += character;
        }
    }
    return out += '"';
}

}  // namespace gn

#endif
