#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stats/counter.h"

namespace grapnel {

// How often a duration fell between which bounds, as of one moment.
struct HistogramTotals {
    static constexpr std::array<uint64_t, 19> kBounds_us = {
        10,      20,        50,        100,       200,       500,     1000,
        2000,    5000,      10'000,    20'000,    50'000,    100'000, 200'000,
        500'000, 1'000'000, 2'000'000, 5'000'000, 10'000'000};

    std::array<uint64_t, kBounds_us.size() + 1> buckets{};  // the last: above all bounds
    uint64_t sum_us = 0;

    uint64_t count() const;
    void add(const HistogramTotals& other);
    // What was observed since `earlier`, which is of the same histogram.
    HistogramTotals since(const HistogramTotals& earlier) const;
    // The duration in microseconds that `percent` of 100 observations are not above, as far as the
    // buckets tell: those of one bucket count as spread evenly over it, and those above all bounds
    // as the last bound. 0 without any.
    double percentile(double percent) const;
};

// Durations, counted by their size. One writing thread, any number of readers.
class Histogram {
public:
    void observe(uint64_t duration_us, uint64_t times = 1) {
        size_t at = 0;  // takes as long for every duration
        for (const uint64_t bound_us : HistogramTotals::kBounds_us)
            at += duration_us > bound_us ? 1 : 0;
        buckets_[at].add(times);
        sum_us_.add(duration_us * times);
    }

    HistogramTotals totals() const {
        HistogramTotals totals;
        add_to(totals);
        return totals;
    }
    void add_to(HistogramTotals& totals) const {
        for (size_t i = 0; i < buckets_.size(); ++i) totals.buckets[i] += buckets_[i].get();
        totals.sum_us += sum_us_.get();
    }

private:
    std::array<Counter, HistogramTotals::kBounds_us.size() + 1> buckets_;
    Counter sum_us_;
};

}  // namespace grapnel
