#pragma once

#include <string>
#include <string_view>

namespace grapnel::store {

// RFC 4648, 4: with padding.
std::string to_base64(std::string_view bytes);
// False for what to_base64 would not have written.
bool from_base64(std::string_view text, std::string& out);

}  // namespace grapnel::store
