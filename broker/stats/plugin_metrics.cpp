#include "stats/plugin_metrics.h"

#include <algorithm>
#include <cmath>

#include "mqtt/utf8.h"

namespace grapnel {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr size_t kLabelBytesMax = 128;  // of a label's value

// A small number that most threads have for themselves.
size_t thread_number() {
    static std::atomic<size_t> threads{0};
    thread_local const size_t number = threads.fetch_add(1, kRelaxed);
    return number;
}

bool is_name(std::string_view text) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && text.size() <= PluginMetrics::kNameBytesMax && letter(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_label(std::string_view text) {
    return is_name(text) && !text.starts_with("__") && text != "plugin" && text != "le";
}

// The names under which a metric is written out.
std::vector<std::string> written_names(const MetricShape& shape) {
    if (shape.kind != MetricKind::histogram) return {shape.name};
    return {shape.name, shape.name + "_bucket", shape.name + "_sum", shape.name + "_count"};
}

// Of two metrics whose names differ.
bool share_a_name(const MetricShape& left, const MetricShape& right) {
    if (left.kind != MetricKind::histogram && right.kind != MetricKind::histogram) return false;
    const auto names = written_names(left);
    for (const std::string& name : written_names(right))
        if (std::find(names.begin(), names.end(), name) != names.end()) return true;
    return false;
}

}  // namespace

struct alignas(64) MetricSeries::Shard {
    std::atomic<uint64_t> count{0};
    std::atomic<double> sum{0};
    std::unique_ptr<std::atomic<uint64_t>[]> buckets;
};

MetricSeries::MetricSeries(MetricShape shape) : shape_(std::move(shape)) {
    if (shape_.kind == MetricKind::gauge) return;
    shards_ = std::make_unique<std::array<Shard, kShards>>();
    if (shape_.kind == MetricKind::counter) return;
    for (Shard& shard : *shards_)
        shard.buckets = std::make_unique<std::atomic<uint64_t>[]>(shape_.bounds.size() + 1);
}

MetricSeries::~MetricSeries() = default;

MetricSeries::Shard& MetricSeries::shard() const { return (*shards_)[thread_number() % kShards]; }

void MetricSeries::add(uint64_t amount) {
    if (shape_.kind == MetricKind::counter) shard().count.fetch_add(amount, kRelaxed);
}

void MetricSeries::set(double value) {
    if (shape_.kind == MetricKind::gauge) gauge_.store(value, kRelaxed);
}

void MetricSeries::shift(double change) {
    if (shape_.kind == MetricKind::gauge) gauge_.fetch_add(change, kRelaxed);
}

void MetricSeries::observe(double value) {
    if (shape_.kind != MetricKind::histogram || std::isnan(value)) return;
    const auto& bounds = shape_.bounds;
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
    Shard& mine = shard();
    mine.buckets[static_cast<size_t>(bucket)].fetch_add(1, kRelaxed);
    mine.sum.fetch_add(value, kRelaxed);
}

uint64_t MetricSeries::count() const {
    uint64_t total = 0;
    if (shape_.kind == MetricKind::histogram)
        for (const uint64_t bucket : buckets()) total += bucket;
    if (shape_.kind == MetricKind::counter)
        for (const Shard& shard : *shards_) total += shard.count.load(kRelaxed);
    return total;
}

double MetricSeries::sum() const {
    double total = 0;
    if (shape_.kind == MetricKind::histogram)
        for (const Shard& shard : *shards_) total += shard.sum.load(kRelaxed);
    return total;
}

std::vector<uint64_t> MetricSeries::buckets() const {
    if (shape_.kind != MetricKind::histogram) return {};
    std::vector<uint64_t> totals(shape_.bounds.size() + 1);
    for (const Shard& shard : *shards_)
        for (size_t bucket = 0; bucket < totals.size(); ++bucket)
            totals[bucket] += shard.buckets[bucket].load(kRelaxed);
    return totals;
}

// What is wrong with a shape by itself; "" if nothing.
std::string PluginMetrics::fault_of(const MetricShape& shape) {
    if (!is_name(shape.name)) return "its name is not [a-zA-Z_][a-zA-Z0-9_]*, or too long";
    if (shape.help.size() > kHelpBytesMax || !mqtt::is_mqtt_string(shape.help))
        return "its help is no UTF-8, or too long";
    if (shape.labels.size() > kLabelsMax) return "it has too many labels";
    for (size_t at = 0; at < shape.labels.size(); ++at) {
        const auto& [name, value] = shape.labels[at];
        if (!is_label(name)) return "a label has a name that it may not have";
        if (value.size() > kLabelBytesMax || !mqtt::is_mqtt_string(value))
            return "the value of a label is no UTF-8, or too long";
        for (size_t other = 0; other < at; ++other)
            if (shape.labels[other].first == name) return "it has two labels of one name";
    }
    if (shape.kind != MetricKind::histogram)
        return shape.bounds.empty() ? "" : "only a histogram has bounds";
    if (shape.bounds.empty() || shape.bounds.size() > kBoundsMax)
        return "a histogram has 1 to 64 bounds";
    double last = -INFINITY;
    for (const double bound : shape.bounds) {
        if (!std::isfinite(bound) || bound <= last) return "its bounds are not finite and growing";
        last = bound;
    }
    return "";
}

// Why a shape that is new cannot stand beside those that are there; "" if it can. A metric has one
// kind and one set of bounds wherever it comes from, and one help within a plugin.
std::string PluginMetrics::conflict_of(std::string_view plugin, const MetricShape& shape) const {
    for (const auto& [name, family] : families_) {
        for (const Entry& entry : family) {
            if (!entry.shown) continue;
            const MetricShape& other = entry.series->shape();
            if (name == shape.name) {
                const bool mine = entry.plugin == plugin;
                if (other.kind != shape.kind || other.bounds != shape.bounds ||
                    (mine && other.help != shape.help))
                    return "plugin " + entry.plugin + " has one of that name and another shape";
            } else if (share_a_name(other, shape)) {
                return "plugin " + entry.plugin + " has " + name + ", which is written so too";
            }
        }
    }
    return "";
}

PluginMetrics::Answer PluginMetrics::obtain(std::string_view plugin, MetricShape shape) {
    if (std::string why = fault_of(shape); !why.empty()) return {nullptr, Refusal::invalid, why};
    std::sort(shape.labels.begin(), shape.labels.end());
    const std::lock_guard lock(lock_);
    size_t count = 0;
    for (auto& [name, family] : families_) {
        for (Entry& entry : family) {
            if (entry.plugin != plugin || !entry.shown) continue;
            if (entry.series->shape() == shape) return {entry.series.get(), Refusal::none, ""};
            ++count;
        }
    }
    if (std::string why = conflict_of(plugin, shape); !why.empty())
        return {nullptr, Refusal::invalid, why};
    if (count == kSeriesMax) return {nullptr, Refusal::limit, "it has too many series"};
    Family& family = families_[shape.name];
    for (Entry& entry : family) {
        if (entry.plugin != plugin || entry.series->shape() != shape) continue;
        entry.shown = true;
        return {entry.series.get(), Refusal::none, ""};
    }
    const auto place =
        std::upper_bound(family.begin(), family.end(), plugin,
                         [](std::string_view id, const Entry& entry) { return id < entry.plugin; });
    auto made = std::make_unique<MetricSeries>(std::move(shape));
    MetricSeries* const series = made.get();
    family.insert(place, {std::string(plugin), std::move(made)});
    return {series, Refusal::none, ""};
}

void PluginMetrics::hide(std::string_view plugin) {
    const std::lock_guard lock(lock_);
    for (auto& [name, family] : families_)
        for (Entry& entry : family)
            if (entry.plugin == plugin) entry.shown = false;
}

void PluginMetrics::for_each(const Visit& fn) const {
    const std::lock_guard lock(lock_);
    for (const auto& [name, family] : families_)
        for (const Entry& entry : family)
            if (entry.shown) fn(entry.plugin, *entry.series);
}

}  // namespace grapnel
