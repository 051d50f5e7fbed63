#pragma once

#include <string>

#include "stats/counters.h"

namespace grapnel {

// The totals as one JSON object, for people and scripts: what /sysinfo shows.
std::string sys_info_json(const Totals& totals);

}  // namespace grapnel
