#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stats/counter.h"

namespace grapnel {

// How often a duration fell between which bounds, as of one moment.
struct HistogramTotals {
    static constexpr std::array<uint64_t, 15> kBounds_us = {
        50,     100,    250,     500,     1000,    2500,      5000,     10'000,
        25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000};

    std::array<uint64_t, kBounds_us.size() + 1> buckets{};  // the last: above all bounds
    uint64_t sum_us = 0;
};

// Durations, counted by their size. One writing thread, any number of readers.
class Histogram {
public:
    void observe(uint64_t duration_us) {
        size_t at = 0;
        while (at < HistogramTotals::kBounds_us.size() &&
               duration_us > HistogramTotals::kBounds_us[at])
            ++at;
        buckets_[at].add();
        sum_us_.add(duration_us);
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
