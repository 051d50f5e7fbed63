#pragma once

#include <string>

#include "server/broker.h"
#include "stats/metrics_text.h"

namespace grapnel {

// Takes samples of what the broker counts. Main thread.
class Sampler {
public:
    explicit Sampler(Broker& broker) : broker_(broker), last_(broker.snapshot()) {}

    // As JSON: totals as of now, and times of what happened since the last one.
    std::string take();

private:
    Broker& broker_;
    MetricsSnapshot last_;
};

}  // namespace grapnel
