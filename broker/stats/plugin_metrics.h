#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel {

enum class MetricKind : uint8_t { counter, gauge, histogram };

// What a plugin registers: the contracts of gn_metric_shape, checked by PluginMetrics.
struct MetricShape {
    MetricKind kind = MetricKind::counter;
    std::string name;
    std::string help;
    std::vector<std::pair<std::string, std::string>> labels;  // kept in the order of names
    std::vector<double> bounds;                               // of a histogram

    bool operator==(const MetricShape&) const = default;
};

// One number of a plugin: a gn_metric. Writing: any thread, no lock, and threads do not share a
// cache line unless there are more than kShards of them. Reading: any thread; what is read while
// others write is as of some moment.
class MetricSeries {
public:
    explicit MetricSeries(MetricShape shape);
    ~MetricSeries();
    MetricSeries(const MetricSeries&) = delete;
    MetricSeries& operator=(const MetricSeries&) = delete;

    const MetricShape& shape() const { return shape_; }

    // Each leaves a series of another kind alone.
    void add(uint64_t amount);
    void set(double value);
    void shift(double change);
    void observe(double value);

    uint64_t count() const;  // of a counter; of a histogram: how many observations
    double gauge() const { return gauge_.load(std::memory_order_relaxed); }
    double sum() const;  // of a histogram
    // How many observations fell into each bucket alone, the last being that above all bounds.
    std::vector<uint64_t> buckets() const;

private:
    static constexpr size_t kShards = 8;
    struct Shard;

    Shard& shard() const;

    const MetricShape shape_;
    std::atomic<double> gauge_{0};
    std::unique_ptr<std::array<Shard, kShards>> shards_;  // null: a gauge
};

// All series of all plugins. Any thread.
class PluginMetrics {
public:
    static constexpr size_t kSeriesMax = 512;  // of one plugin
    static constexpr size_t kNameBytesMax = 128;
    static constexpr size_t kHelpBytesMax = 1024;
    static constexpr size_t kLabelsMax = 8;
    static constexpr size_t kBoundsMax = 64;

    // The series of that shape, made if need be, or null and why not. It lives as long as this.
    enum class Refusal : uint8_t { none, invalid, limit };
    struct Answer {
        MetricSeries* series = nullptr;
        Refusal refusal = Refusal::none;
        std::string why;
    };
    Answer obtain(std::string_view plugin, MetricShape shape);

    // The plugin is gone: what it has is not shown until it registers it again.
    void hide(std::string_view plugin);

    // Calls fn(plugin id, series) for each one that is shown: those of one name together, in the
    // order of names, and of the same name in the order of plugins and of their registration.
    // Registering waits meanwhile; fn must not register.
    using Visit = std::function<void(const std::string& plugin, const MetricSeries& series)>;
    void for_each(const Visit& fn) const;

private:
    struct Entry {
        std::string plugin;
        std::unique_ptr<MetricSeries> series;
        bool shown = true;
    };
    using Family = std::vector<Entry>;

    static std::string fault_of(const MetricShape& shape);
    std::string conflict_of(std::string_view plugin, const MetricShape& shape) const;

    mutable std::mutex lock_;                              // guards what follows, not the numbers
    std::map<std::string, Family, std::less<>> families_;  // by name
};

}  // namespace grapnel
