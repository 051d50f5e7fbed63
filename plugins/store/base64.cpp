#include "store/base64.h"

#include <cstddef>
#include <cstdint>

namespace grapnel::store {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kGroupBytes = 3;
constexpr std::size_t kGroupDigits = 4;

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += kGroupBytes) {
        std::uint32_t group = 0;
        for (std::size_t next = at; next < at + kGroupBytes; ++next)
            group =
                group << 8 | (next < bytes.size() ? static_cast<std::uint8_t>(bytes[next]) : 0u);
        for (std::size_t digit = 0; digit < kGroupDigits; ++digit) {
            const bool padding = at + digit > bytes.size();
            text += padding ? '=' : kDigits[group >> (18 - 6 * digit) & 63];
        }
    }
    return text;
}

bool from_base64(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % kGroupDigits != 0) return false;
    for (std::size_t at = 0; at < text.size(); at += kGroupDigits) {
        std::uint32_t group = 0;
        std::size_t bytes = kGroupBytes;
        for (std::size_t digit = 0; digit < kGroupDigits; ++digit) {
            const char character = text[at + digit];
            const std::size_t value = kDigits.find(character);
            if (value == std::string_view::npos) {
                if (character != '=' || digit < 2) return false;
                --bytes;
            }
            group = group << 6 | static_cast<std::uint32_t>(value & 63);
        }
        for (std::size_t byte = 0; byte < bytes; ++byte)
            out += static_cast<char>(group >> (16 - 8 * byte));
    }
    return to_base64(out) == text;
}

}  // namespace grapnel::store
