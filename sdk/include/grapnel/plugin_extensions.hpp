#ifndef GN_PLUGIN_EXTENSIONS_HPP
#define GN_PLUGIN_EXTENSIONS_HPP

// Metrics, interest and access answers that hold: what a broker may offer beyond its tables. A part
// of plugin.hpp.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/plugin_objects.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace gn {

// A number that only grows. A value; writing is safe from any thread. One that was not registered
// counts nothing.
class Counter {
public:
    Counter() = default;
    void add(std::uint64_t amount = 1) const noexcept {
        if (series_ != nullptr) table_->add(series_, amount);
    }

private:
    friend class Metrics;
    const gn_metrics* table_ = nullptr;
    gn_metric* series_ = nullptr;
};

// A number that goes up and down. As Counter otherwise.
class Gauge {
public:
    Gauge() = default;
    void set(double value) const noexcept {
        if (series_ != nullptr) table_->set(series_, value);
    }
    void shift(double change) const noexcept {
        if (series_ != nullptr) table_->shift(series_, change);
    }

private:
    friend class Metrics;
    const gn_metrics* table_ = nullptr;
    gn_metric* series_ = nullptr;
};

// Observations counted by size. As Counter otherwise.
class Histogram {
public:
    Histogram() = default;
    void observe(double value) const noexcept {
        if (series_ != nullptr) table_->observe(series_, value);
    }

private:
    friend class Metrics;
    const gn_metrics* table_ = nullptr;
    gn_metric* series_ = nullptr;
};

// Registers what a plugin counts: gn_metrics of plugin.h has the rules. Thread: main. A broker
// without the extension, or that refuses a metric (its log says why), gives one that counts
// nothing.
class Metrics {
public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    explicit Metrics(Host host) noexcept
        : host_(host.raw()), table_(host.extension<gn_metrics>(GN_EXT_METRICS)) {}

    Counter counter(std::string_view name, std::string_view help, Labels labels = {}) const {
        return enter<Counter>(GN_METRIC_COUNTER, name, help, labels, {});
    }
    Gauge gauge(std::string_view name, std::string_view help, Labels labels = {}) const {
        return enter<Gauge>(GN_METRIC_GAUGE, name, help, labels, {});
    }
    // `bounds` of the buckets, growing; the last bucket has none.
    Histogram histogram(std::string_view name, std::string_view help,
                        std::span<const double> bounds, Labels labels = {}) const {
        return enter<Histogram>(GN_METRIC_HISTOGRAM, name, help, labels, bounds);
    }

private:
    template <class T>
    T enter(std::int32_t kind, std::string_view name, std::string_view help, Labels labels,
            std::span<const double> bounds) const {
        T metric;
        if (!GN_HAS(table_, observe)) return metric;
        std::vector<gn_pair> pairs;
        for (const auto& [key, value] : labels) pairs.push_back({str(key), str(value)});
        auto shape = sized<gn_metric_shape>();
        shape.kind = kind;
        shape.name = str(name);
        shape.help = str(help);
        shape.labels = pairs.data();
        shape.label_count = static_cast<std::uint32_t>(pairs.size());
        shape.bounds = bounds.data();
        shape.bound_count = static_cast<std::uint32_t>(bounds.size());
        metric.table_ = table_;
        if (table_->series(host_, &shape, &metric.series_) != GN_OK) metric.series_ = nullptr;
        return metric;
    }

    const gn_host* host_;
    const gn_metrics* table_;
};

// Limits which topics a plugin hears of: gn_interest of plugin.h says for which hooks. Thread:
// main. GN_E_UNSUPPORTED from a broker without the extension: then the plugin hears of all.
class Interest {
public:
    explicit Interest(Host host) noexcept
        : host_(host.raw()), table_(host.extension<gn_interest>(GN_EXT_INTEREST)) {}

    gn_status limit(std::span<const std::string_view> filters) const {
        if (!GN_HAS(table_, limit)) return GN_E_UNSUPPORTED;
        std::vector<gn_str> texts;
        for (const std::string_view filter : filters) texts.push_back(str(filter));
        return table_->limit(host_, texts.data(), static_cast<std::uint32_t>(texts.size()));
    }
    gn_status clear() const noexcept {
        return GN_HAS(table_, clear) ? table_->clear(host_) : GN_E_UNSUPPORTED;
    }

private:
    const gn_host* host_;
    const gn_interest* table_;
};

// Lets answers of on_acl_check hold, so that the broker asks once. A broker without the extension
// asks each time: nothing happens.
class AclCache {
public:
    AclCache() = default;
    explicit AclCache(Host host) noexcept
        : host_(host.raw()), table_(host.extension<gn_acl_cache>(GN_EXT_ACL_CACHE)) {}

    explicit operator bool() const noexcept { return GN_HAS(table_, changed); }
    // Inside on_acl_check: its verdict holds for this client, topic and access until changed().
    void cacheable(Call call) const noexcept {
        if (*this) table_->cacheable(call.raw());
    }
    // Thread: any. Answers for that client hold no longer; empty: those for all clients.
    void changed(std::string_view client_id = {}) const noexcept {
        if (*this) table_->changed(host_, str(client_id));
    }

private:
    const gn_host* host_ = nullptr;
    const gn_acl_cache* table_ = nullptr;
};

}  // namespace gn

#endif
