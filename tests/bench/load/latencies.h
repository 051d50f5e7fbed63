#pragma once

#include <cstdint>
#include <vector>

#include "report.h"

namespace grapnel::load {

// Durations, to be asked for quantiles once all are there.
class Latencies {
public:
    void add(uint64_t duration_ns) { durations_ns_.push_back(duration_ns); }
    // Required before quantile_us.
    void sort();
    // The smallest duration that a share of `part` does not exceed; 0 if there is none.
    double quantile_us(double part) const;
    uint64_t count() const { return durations_ns_.size(); }

private:
    std::vector<uint64_t> durations_ns_;
};

// How many messages were acknowledged, and how long they waited for it.
void write_acknowledgements(Latencies& latencies, double seconds, Report& report);

}  // namespace grapnel::load
