#pragma once

#include <cstddef>
#include <string>

#include "admin/parameters.h"

namespace grapnel {

// Which part of a sorted list a request wants: what follows `after`, and how much of it.
struct Page {
    static constexpr size_t kLimitMost = 1000;

    size_t limit = 100;
    std::string after;  // empty: from the beginning
};
// From the parameters `limit` and `after`.
Page page_of(Parameters& parameters);

}  // namespace grapnel
