#include "admin/sampler.h"

#include <cmath>

#include "admin/api.h"
#include "admin/percentile.h"
#include "server/worker.h"

namespace grapnel {

namespace {

HistogramTotals since(const HistogramTotals& earlier, HistogramTotals now) {
    for (size_t i = 0; i < now.buckets.size(); ++i) now.buckets[i] -= earlier.buckets[i];
    now.sum_us -= earlier.sum_us;
    return now;
}

double percentile_us(const HistogramTotals& totals, double percent) {
    constexpr auto& kBounds = HistogramTotals::kBounds_us;
    const auto most = static_cast<double>(kBounds.back());
    return std::round(percentile(kBounds, totals.buckets, most, percent));
}

}  // namespace

Sampler::Sampler(Broker& broker) : broker_(broker), lag_(lag_now()) {}

HistogramTotals Sampler::lag_now() const {
    HistogramTotals lag;
    for (const auto& worker : broker_.core().workers) worker->counters.loop_lag.add_to(lag);
    return lag;
}

std::string Sampler::take() {
    const Totals totals = broker_.totals();
    const HistogramTotals lag = lag_now();
    const Json sample = {{"time_ms", totals.now_ms},
                         {"messages_received", totals.messages_received},
                         {"messages_sent", totals.messages_sent},
                         {"bytes_received", totals.bytes_received},
                         {"bytes_sent", totals.bytes_sent},
                         {"dropped", totals.dropped_total()},
                         {"clients_connected", totals.clients_connected},
                         {"queued", totals.queued},
                         {"inflight", totals.inflight},
                         {"loop_lag_p99_us", percentile_us(since(lag_, lag), 99)},
                         {"latency", nullptr},
                         {"memory_bytes", totals.memory_bytes}};
    lag_ = lag;
    return sample.dump();
}

}  // namespace grapnel
