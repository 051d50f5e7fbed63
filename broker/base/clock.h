#pragma once

#include <chrono>
#include <cstdint>

namespace grapnel {

// Time as a parameter. Workers read it once per loop turn; tests set it by hand.
struct Clock {
    int64_t monotonic_ms = 0;   // for deadlines: never goes back
    int64_t wall_ms = 0;        // since 1970-01-01 UTC: for what people and stores see
    uint64_t monotonic_us = 0;  // the same moment as monotonic_ms: for durations

    // Takes all from the system.
    void refresh() {
        using std::chrono::duration_cast;
        using std::chrono::milliseconds;
        const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
        monotonic_ms = duration_cast<milliseconds>(since_start).count();
        monotonic_us =
            static_cast<uint64_t>(duration_cast<std::chrono::microseconds>(since_start).count());
        wall_ms = duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                      .count();
    }
};

}  // namespace grapnel
