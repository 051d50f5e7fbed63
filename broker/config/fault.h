#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"

namespace grapnel::config {

// One thing that is wrong in the configuration, said so that the reader knows what to write.
struct Fault {
    Where where;
    std::string text;

    std::string line() const { return where.text() + ": " + text; }
};

using Faults = std::vector<Fault>;

void add_fault(Faults& faults, Where where, std::string text);

// Orders by file, line and column.
void sort_faults(Faults& faults);

// `text` between double quotes, with control characters escaped and long texts cut.
std::string quoted(std::string_view text);

// `; did you mean "…"?` for the candidate nearest to `word` by edit distance, or an empty string
// when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace grapnel::config
