#pragma once

#include <cstdint>
#include <ctime>

namespace grapnel::load {

inline uint64_t nanoseconds(const timespec& time) {
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

inline uint64_t nanoseconds(double seconds) { return static_cast<uint64_t>(seconds * 1e9); }

// Monotonic time.
inline uint64_t now_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return nanoseconds(time);
}

}  // namespace grapnel::load
