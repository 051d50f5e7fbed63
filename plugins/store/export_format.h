#pragma once

#include <string_view>

namespace grapnel::store {

// The first line of an export; behind it stands one record a line. The number grows when the lines
// can no longer be read by an older program.
inline constexpr std::string_view kExportHead = R"({"grapnel-store":1})";

}  // namespace grapnel::store
