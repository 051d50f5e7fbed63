#include "admin/sampler.h"

#include <cmath>
#include <utility>

#include "admin/api.h"

namespace grapnel {

namespace {

// Nothing was delivered: null.
Json latency_of(const HistogramTotals& latency) {
    if (latency.count() == 0) return nullptr;
    return {{"p50_us", std::round(latency.percentile(50))},
            {"p95_us", std::round(latency.percentile(95))},
            {"p99_us", std::round(latency.percentile(99))}};
}

}  // namespace

std::string Sampler::take() {
    MetricsSnapshot now = broker_.snapshot();
    const Totals& totals = now.totals;
    const Json sample = {
        {"time_ms", totals.now_ms},
        {"messages_received", totals.messages_received},
        {"messages_sent", totals.messages_sent},
        {"bytes_received", totals.bytes_received},
        {"bytes_sent", totals.bytes_sent},
        {"dropped", totals.dropped_total()},
        {"clients_connected", totals.clients_connected},
        {"queued", totals.queued},
        {"inflight", totals.inflight},
        {"loop_lag_p99_us", std::round(now.loop_lag.since(last_.loop_lag).percentile(99))},
        {"latency", latency_of(now.delivery_latency.since(last_.delivery_latency))},
        {"memory_bytes", totals.memory_bytes}};
    last_ = std::move(now);
    return sample.dump();
}

}  // namespace grapnel
