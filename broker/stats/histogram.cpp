#include "stats/histogram.h"

#include "stats/percentile.h"

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
    return grapnel::percentile(kBounds_us, buckets, static_cast<double>(kBounds_us.back()),
                               percent);
}

}  // namespace grapnel
