#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/kind.h"

namespace grapnel::store {

// The first line of an export; behind it stands one record a line. The number grows when the lines
// can no longer be read by an older program.
inline constexpr std::string_view kExportHead = R"({"grapnel-store":2})";
// That of exports without a last line, which nothing tells from one that was cut.
inline constexpr std::string_view kExportHeadWithoutEnd = R"({"grapnel-store":1})";

// How many records of each kind an export has.
using ExportCounts = std::array<std::uint64_t, kKinds>;

// The last line of an export, without its newline: one that was cut lacks it.
inline std::string export_end(const ExportCounts& counts) {
    std::string line = R"({"end":{)";
    for (std::size_t at = 0; at < kKinds; ++at) {
        if (at != 0) line += ',';
        line += '"' + std::string(kKindNames[at]) + "\":" + std::to_string(counts[at]);
    }
    return line + "}}";
}

}  // namespace grapnel::store
