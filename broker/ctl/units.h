#pragma once

#include <cstdint>
#include <string>

namespace grapnel::ctl {

// For people: three digits or so. Exact values are in the JSON.
std::string size_text(uint64_t bytes);  // "512 B", "1.5 KiB", "64.0 MiB"
std::string duration_text(
    uint64_t time_ms);  // "850 ms", "12 s", "3 min 4 s", "2 h 5 min", "3 d 4 h"
std::string short_time_text(uint64_t time_ns);  // "850 ns", "12.3 µs", "4.5 ms", "1.2 s"
std::string rate_text(double per_s);            // "0", "4.2", "850", "12.3 k", "1.2 M"

// In the zone of this machine: "2026-11-26 20:08:37".
std::string time_text(uint64_t time_ms);
std::string time_of_day_text(uint64_t time_ms);  // "20:08:37"

}  // namespace grapnel::ctl
