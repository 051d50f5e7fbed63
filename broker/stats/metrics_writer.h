#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stats/histogram.h"

namespace grapnel {

// Writes the broker's own metrics in Prometheus' text format 0.0.4, one family after the other.
class MetricsWriter {
public:
    explicit MetricsWriter(std::string& out) : out_(out) {}

    // Begins one; `name` is without "grapnel_", and lives until the next.
    void family(std::string_view name, std::string_view kind, std::string_view help);
    // `labels`: as they stand between the braces; empty: none.
    void sample(std::string_view labels, std::string_view value, std::string_view suffix = {});
    void sample(std::string_view labels, uint64_t value) { sample(labels, std::to_string(value)); }

    // A family of one sample.
    void counter(std::string_view name, uint64_t value, std::string_view help);
    void gauge(std::string_view name, uint64_t value, std::string_view help);

    // The samples of one histogram: `buckets` has one more than `bounds_us`, each bucket alone.
    template <class Bound>
    void histogram(std::span<const Bound> bounds_us, std::span<const uint64_t> buckets,
                   double sum_s, const std::string& labels) {
        uint64_t count = 0;
        for (size_t i = 0; i < buckets.size(); ++i) {
            count += buckets[i];
            const bool last = i == bounds_us.size();
            bucket(labels, last ? -1 : static_cast<double>(bounds_us[i]) / 1e6, count);
        }
        end_histogram(labels, sum_s, count);
    }
    void histogram(const HistogramTotals& totals, const std::string& labels) {
        histogram(std::span<const uint64_t>(HistogramTotals::kBounds_us), totals.buckets,
                  static_cast<double>(totals.sum_us) / 1e6, labels);
    }

private:
    void bucket(const std::string& labels, double bound_s, uint64_t count);  // < 0: no bound
    void end_histogram(const std::string& labels, double sum_s, uint64_t count);

    std::string& out_;
    std::string_view name_;
};

// The shortest text that reads back as the same number.
std::string metric_number(double value);
// name="value", with what must be escaped.
std::string metric_label(std::string_view name, std::string_view value);

}  // namespace grapnel
