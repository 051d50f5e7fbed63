#include "command.h"

#include <charconv>

namespace grapnel::redis {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

void append_count(std::string& out, char type, std::size_t count) {
    constexpr std::size_t kDigitsMost = 20;
    char digits[kDigitsMost];
    char* const end = std::to_chars(digits, digits + kDigitsMost, count).ptr;
    out.push_back(type);
    out.append(static_cast<const char*>(digits), static_cast<std::size_t>(end - digits));
    out.append(kLineEnd);
}

}  // namespace

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
    append_count(out, '*', words.size());
    for (const std::string_view word : words) {
        append_count(out, '$', word.size());
        out.append(word);
        out.append(kLineEnd);
    }
}

}  // namespace grapnel::redis
