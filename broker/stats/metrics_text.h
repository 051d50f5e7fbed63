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

    // One that takes MQTT.
    struct Listener {
        std::string id;
        std::string_view type;  // as in its table
        std::string address;    // as bound
        bool tls = false;
        uint64_t clients = 0;   // connections now
        uint64_t accepted = 0;  // MQTT connections ever
        uint32_t maximum_clients = 0;
        bool resting = false;  // for want of descriptors
    };

    Totals totals;
    std::vector<Listener> listeners;
    std::vector<Worker> workers;
    // Over all workers.
    HistogramTotals loop_lag;
    HistogramTotals delivery_latency;
    HistogramTotals commit_latency;
    uint64_t descriptors = 0;          // open ones of the process
    uint64_t descriptors_maximum = 0;  // that it may open
};

// Appends it in Prometheus' text format 0.0.4: names begin with grapnel_, units are seconds and
// bytes, and what a label tells apart does not grow with clients or topics.
void render_metrics(std::string& out, const MetricsSnapshot& snapshot);

}  // namespace grapnel
