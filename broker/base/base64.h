#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grapnel {

// Base64 with padding (RFC 4648, 4).
std::string to_base64(std::string_view bytes);
// Nothing: it is none, or has other characters in it, or bits that belong to no byte.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace grapnel
