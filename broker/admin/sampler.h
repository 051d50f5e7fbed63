#pragma once

#include <string>

#include "server/broker.h"
#include "stats/histogram.h"

namespace grapnel {

// Takes samples of what the broker counts. Main thread.
class Sampler {
public:
    explicit Sampler(Broker& broker);

    // As JSON: totals as of now, and times of what happened since the last one.
    std::string take();

private:
    HistogramTotals lag_now() const;

    Broker& broker_;
    HistogramTotals lag_;  // as of the last one
};

}  // namespace grapnel
