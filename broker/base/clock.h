#pragma once

#include <chrono>
#include <cstdint>

namespace grapnel {

// Time as a parameter. Workers read it once per loop turn; tests set it by hand.
struct Clock {
    int64_t monotonic_ms = 0;  // for deadlines: never goes back
    int64_t wall_ms = 0;       // since 1970-01-01 UTC: for what people and stores see

    // Takes both from the system.
    void refresh() {
        using std::chrono::duration_cast;
        using std::chrono::milliseconds;
        monotonic_ms =
            duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
                .count();
        wall_ms = duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                      .count();
    }
};

}  // namespace grapnel
