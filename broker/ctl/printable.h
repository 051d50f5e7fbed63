#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grapnel::ctl {

// What clients and servers say is not to be trusted with a terminal. The answer is UTF-8 without
// control characters, without those that turn the direction of writing or take no room, and
// without line breaks: they are written as \n, \t, \x1b or \u{202e}, and bytes that are no UTF-8 as
// \xff.
std::string printable(std::string_view text);

// The same for a document of JSON, which stays the same document: such characters are written as
// \u009b within its strings. Line breaks stay.
std::string printable_json(std::string_view json);

bool is_utf8(std::string_view text);

// How many columns of a terminal a printable text takes.
size_t columns_of(std::string_view text);

// The text, or its beginning and "…" when it takes more columns.
std::string cut(std::string_view text, size_t columns_most);

}  // namespace grapnel::ctl
