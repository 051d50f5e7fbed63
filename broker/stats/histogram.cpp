#include "stats/histogram.h"

namespace grapnel {

uint64_t HistogramTotals::count() const {
    uint64_t sum = 0;
    for (const uint64_t bucket : buckets) sum += bucket;
    return sum;
}

void HistogramTotals::add(const HistogramTotals& other) {
    for (size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
    sum_us += other.sum_us;
}

HistogramTotals HistogramTotals::since(const HistogramTotals& earlier) const {
    HistogramTotals difference = *this;
    for (size_t i = 0; i < buckets.size(); ++i) difference.buckets[i] -= earlier.buckets[i];
    difference.sum_us -= earlier.sum_us;
    return difference;
}

double HistogramTotals::percentile(double percent) const {
    const auto wanted = static_cast<double>(count()) * percent / 100;
    double below = 0;
    for (size_t i = 0; i < kBounds_us.size(); ++i) {
        const auto here = static_cast<double>(buckets[i]);
        if (here == 0 || below + here < wanted) {
            below += here;
            continue;
        }
        const double lower = i == 0 ? 0 : static_cast<double>(kBounds_us[i - 1]);
        const auto upper = static_cast<double>(kBounds_us[i]);
        return lower + (upper - lower) * (wanted - below) / here;
    }
    return count() == 0 ? 0 : static_cast<double>(kBounds_us.back());
}

}  // namespace grapnel
