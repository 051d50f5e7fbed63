#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace grapnel::redis {

// Appends a command as Redis reads it: an array of bulk strings, which may hold any bytes.
void append_command(std::string& out, std::initializer_list<std::string_view> words);

}  // namespace grapnel::redis
