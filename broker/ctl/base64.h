#pragma once

#include <string>

namespace grapnel::ctl {

// Throws Failure when the text is no base64.
std::string base64_bytes(const std::string& text);

}  // namespace grapnel::ctl
