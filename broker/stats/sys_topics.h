#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stats/counters.h"

namespace grapnel {

inline constexpr const char* kVersion = "0.1.0";

// The $SYS topics and their values, in a fixed order.
std::vector<std::pair<std::string, std::string>> sys_topics(const Totals& totals);

// Resident memory of this process, in bytes, and its threads. 0 when the system does not tell.
uint64_t process_memory_bytes();
uint64_t process_threads();
// Descriptors that this process has open, and how many it may have.
uint64_t process_descriptors();
uint64_t process_descriptors_maximum();

}  // namespace grapnel
