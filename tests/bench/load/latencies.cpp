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

void write_acknowledgements(Latencies& latencies, double seconds, Report& report) {
    latencies.sort();
    report.add("acknowledged_per_s", static_cast<double>(latencies.count()) / seconds, 0);
    report.add("ack_p50_us", latencies.quantile_us(0.5), 1);
    report.add("ack_p99_us", latencies.quantile_us(0.99), 1);
}

}  // namespace grapnel::load
