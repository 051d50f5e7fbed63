#include "ctl/base64.h"

#include <optional>
#include <utility>

#include "base/base64.h"
#include "ctl/failure.h"

namespace grapnel::ctl {

std::string base64_bytes(const std::string& text) {
    std::optional<std::string> bytes = from_base64(text);
    if (!bytes) throw Failure("the broker's answer holds no base64");
    return std::move(*bytes);
}

}  // namespace grapnel::ctl
