#pragma once

#include <algorithm>
#include <cstdint>

namespace grapnel {

// So many per second, and as many at once after a second of rest. 8 bytes: the time at which the
// bucket is full again says how much is in it. A new one is full.
class TokenBucket {
public:
    // False: there is none left at `now_ms`. Requires: 0 < per_second <= 1'000'000'000.
    bool take(uint32_t per_second, int64_t now_ms) {
        constexpr int64_t kSecond_ns = 1'000'000'000;
        const int64_t now_ns = now_ms * 1'000'000;
        const int64_t full_ns =
            std::max(full_at_ns_, now_ns) + kSecond_ns / static_cast<int64_t>(per_second);
        if (full_ns - now_ns > kSecond_ns) return false;
        full_at_ns_ = full_ns;
        return true;
    }

private:
    int64_t full_at_ns_ = 0;
};

}  // namespace grapnel
