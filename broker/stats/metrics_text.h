#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stats/counters.h"
#include "stats/histogram.h"

namespace grapnel {

// What the broker counts, as of one moment.
struct MetricsSnapshot {
    struct Worker {
        HistogramTotals loop_lag;
        uint64_t mail_batches = 0;
    };

    Totals totals;
    std::vector<Worker> workers;
    HistogramTotals commit_latency;
    uint64_t descriptors = 0;          // open ones of the process
    uint64_t descriptors_maximum = 0;  // that it may open
};

// Appends it in Prometheus' text format 0.0.4: names begin with grapnel_, units are seconds and
// bytes, and what a label tells apart does not grow with clients or topics.
void render_metrics(std::string& out, const MetricsSnapshot& snapshot);

}  // namespace grapnel
