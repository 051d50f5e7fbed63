#pragma once

#include <cstdint>
#include <string>

#include "ctl/json.h"

namespace grapnel::ctl {

// What a sample of the broker counts since its start.
struct Totals {
    uint64_t time_ms = 0;
    uint64_t messages_received = 0;
    uint64_t messages_sent = 0;
    uint64_t bytes_received = 0;
    uint64_t bytes_sent = 0;
    uint64_t dropped = 0;
};

// Throws Failure when the sample is none.
Totals totals_of(const Json& sample);

std::string rate_titles();

// What happened a second between two samples, and what is at the later one. Requires: time went on
// between them. A total that went back, as after a restart, counts as zero.
std::string rate_line(const Totals& before, const Totals& after, const Json& sample);

}  // namespace grapnel::ctl
