#include "latencies.h"

#include <algorithm>
#include <cmath>

namespace grapnel::load {

void Latencies::sort() { std::sort(durations_ns_.begin(), durations_ns_.end()); }

double Latencies::quantile_us(double part) const {
    if (durations_ns_.empty()) return 0;
    const double rank = std::ceil(part * static_cast<double>(durations_ns_.size()));
    const auto place = static_cast<size_t>(std::max(1.0, rank)) - 1;
    return static_cast<double>(durations_ns_[std::min(place, durations_ns_.size() - 1)]) / 1e3;
}

}  // namespace grapnel::load
