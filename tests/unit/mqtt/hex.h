#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace grapnel::mqtt::test {

inline unsigned hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    return static_cast<unsigned>(std::tolower(digit) - 'a') + 10;
}

// "30 05 'a/b' 00" → bytes: pairs of hexadecimal digits, and text between apostrophes.
inline std::string hex(std::string_view text) {
    std::string bytes;
    for (size_t at = 0; at < text.size();) {
        if (text[at] == ' ') {
            ++at;
        } else if (text[at] == '\'') {
            const size_t end = text.find('\'', at + 1);
            bytes += text.substr(at + 1, end - at - 1);
            at = end + 1;
        } else {
            bytes += static_cast<char>((hex_digit(text[at]) << 4) | hex_digit(text[at + 1]));
            at += 2;
        }
    }
    return bytes;
}

// A variable byte integer, written without the code under test.
inline std::string variable(size_t value) {
    std::string bytes;
    do {
        bytes += static_cast<char>((value % 128) | (value >= 128 ? 0x80 : 0));
        value /= 128;
    } while (value != 0);
    return bytes;
}

// Two length bytes and the text.
inline std::string field(std::string_view text) {
    std::string bytes;
    bytes += static_cast<char>(text.size() / 256);
    bytes += static_cast<char>(text.size() % 256);
    return bytes += text;
}

// First byte, remaining length, body.
inline std::string packet(unsigned first, std::string_view body) {
    std::string bytes(1, static_cast<char>(first));
    bytes += variable(body.size());
    return bytes += body;
}

}  // namespace grapnel::mqtt::test
