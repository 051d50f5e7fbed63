#pragma once

#include <functional>
#include <string_view>

namespace grapnel::ledger {

// For tables of strings that are looked up by views.
struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
};

}  // namespace grapnel::ledger
