#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace grapnel {

// The value that `percent` of 100 observations are not above, as far as a histogram tells: those of
// one bucket count as spread evenly over it, and those above all bounds as `most`. 0 without any.
template <class Bound, size_t Bounds>
double percentile(const std::array<Bound, Bounds>& bounds,
                  const std::array<uint64_t, Bounds + 1>& buckets, double most, double percent) {
    uint64_t count = 0;
    for (const uint64_t bucket : buckets) count += bucket;
    double left = static_cast<double>(count) * percent / 100;
    double low = 0;
    for (size_t i = 0; i < buckets.size() && count != 0; ++i) {
        const double high = i < Bounds ? static_cast<double>(bounds[i]) : most;
        const auto here = static_cast<double>(buckets[i]);
        if (here > 0 && left <= here) return low + (high - low) * left / here;
        left -= here;
        low = high;
    }
    return low;
}

}  // namespace grapnel
