#ifndef GN_TESTING_EXTENSIONS_HPP
#define GN_TESTING_EXTENSIONS_HPP

// What a plugin counts, and the rules for it. A part of testing.hpp.

#include <grapnel/plugin_topics.hpp>
#include <grapnel/testing_border.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gn::testing {

namespace detail {

// A copy of a gn_metric_shape, without the help.
struct MetricShape {
    std::int32_t kind = GN_METRIC_COUNTER;
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<double> bounds;

    bool operator==(const MetricShape&) const = default;
    // Series of one name differ in their labels alone.
    bool same_metric(const MetricShape& other) const {
        return kind == other.kind && bounds == other.bounds;
    }
    // The name, then {key=value} for each label.
    std::string key() const {
        std::string text = name;
        for (const auto& [label, value] : labels) text += "{" + label + "=" + value + "}";
        return text;
    }
};

inline bool is_metric_name(std::string_view text) noexcept {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && text.size() <= 128 && letter(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

inline bool is_metric_label(std::string_view text) noexcept {
    return is_metric_name(text) && !text.starts_with("__") && text != "plugin" && text != "le";
}

inline bool read_labels(const gn_metric_shape& in, MetricShape& out) {
    if (in.label_count > 8 || (in.label_count != 0 && in.labels == nullptr)) return false;
    for (std::uint32_t index = 0; index < in.label_count; ++index) {
        const gn_pair& pair = in.labels[index];
        if (!is_string(pair.key) || !is_string(pair.value)) return false;
        const auto& [name, value] = out.labels.emplace_back(copy(pair.key), copy(pair.value));
        if (!is_metric_label(name) || value.size() > 128 || !is_mqtt_string(value)) return false;
    }
    std::sort(out.labels.begin(), out.labels.end());
    return std::adjacent_find(out.labels.begin(), out.labels.end(), [](auto& left, auto& right) {
               return left.first == right.first;
           }) == out.labels.end();
}

inline bool read_bounds(const gn_metric_shape& in, MetricShape& out) {
    if (in.bound_count > 64 || (in.bound_count != 0 && in.bounds == nullptr)) return false;
    if ((in.kind == GN_METRIC_HISTOGRAM) != (in.bound_count != 0)) return false;
    double last = -std::numeric_limits<double>::infinity();
    for (std::uint32_t index = 0; index < in.bound_count; ++index) {
        const double bound = in.bounds[index];
        if (!std::isfinite(bound) || bound <= last) return false;
        out.bounds.push_back(last = bound);
    }
    return true;
}

// False: the broker refuses that shape, whatever else there is.
inline bool read_shape(const gn_metric_shape* shape, MetricShape& out) {
    gn_metric_shape in;
    constexpr std::size_t kLeast = offsetof(gn_metric_shape, help) + sizeof(gn_str);
    if (!take_in(shape, kLeast, in) || in.kind < GN_METRIC_COUNTER ||
        in.kind > GN_METRIC_HISTOGRAM || !is_string(in.name) || !is_string(in.help))
        return false;
    out.kind = in.kind;
    out.name = copy(in.name);
    return is_metric_name(out.name) && in.help.len <= 1024 && is_mqtt_string(copy(in.help)) &&
           read_labels(in, out) && read_bounds(in, out);
}

}  // namespace detail

// One series that a plugin registered. Reading and writing: any thread.
class FakeMetric {
public:
    explicit FakeMetric(detail::MetricShape shape) : shape_(std::move(shape)) {}
    FakeMetric(const FakeMetric&) = delete;
    FakeMetric& operator=(const FakeMetric&) = delete;

    // Of a counter and a gauge; of a histogram the sum of what it observed.
    double value() const noexcept { return value_; }
    operator double() const noexcept { return value_; }
    // How many observations a histogram has.
    std::uint64_t observations() const noexcept { return observations_; }
    const detail::MetricShape& shape() const noexcept { return shape_; }

    gn_metric* raw() noexcept { return reinterpret_cast<gn_metric*>(this); }
    // All but series, which is the host's.
    static void add_to(gn_metrics& api) noexcept;

private:
    // NULL, and of another kind: left alone.
    static FakeMetric* of(gn_metric* metric, std::int32_t kind) noexcept {
        auto* const self = reinterpret_cast<FakeMetric*>(metric);
        return self != nullptr && self->shape_.kind == kind ? self : nullptr;
    }

    const detail::MetricShape shape_;
    std::atomic<double> value_{0};
    std::atomic<std::uint64_t> observations_{0};
};

inline void FakeMetric::add_to(gn_metrics& api) noexcept {
    api.add = [](gn_metric* metric, std::uint64_t amount) {
        if (FakeMetric* const self = of(metric, GN_METRIC_COUNTER))
            self->value_ += static_cast<double>(amount);
    };
    api.set = [](gn_metric* metric, double value) {
        if (FakeMetric* const self = of(metric, GN_METRIC_GAUGE)) self->value_ = value;
    };
    api.shift = [](gn_metric* metric, double change) {
        if (FakeMetric* const self = of(metric, GN_METRIC_GAUGE)) self->value_ += change;
    };
    api.observe = [](gn_metric* metric, double value) {
        FakeMetric* const self = of(metric, GN_METRIC_HISTOGRAM);
        if (self == nullptr || std::isnan(value)) return;
        self->value_ += value;
        ++self->observations_;
    };
}

}  // namespace gn::testing

#endif
