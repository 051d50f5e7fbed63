#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/plugin_metrics.h"

namespace grapnel {

// What the broker itself shows of each plugin, as $SYS/broker/plugins/<plugin id>/<name>.
inline constexpr std::array<std::string_view, 14> kPluginSysNames{
    "answers_again", "answers_late", "calls", "deferred", "error",   "failures", "left_open",
    "outstanding",   "over_budget",  "since", "state",    "time_us", "timeouts", "version"};

// What the broker itself shows of each plugin in metrics, as grapnel_plugin_<name>.
inline constexpr std::array<std::string_view, 12> kPluginFamilies{
    "answers_again_total", "answers_late_total", "call_seconds",      "calls_total",
    "deferred_total",      "failures_total",     "handles_left_open", "info",
    "outstanding",         "over_budget_total",  "timeouts_total",    "up"};

// The topics below $SYS/broker/plugins and their values: <plugin id>/<name>, a further level
// "key=value" for each label. A histogram is two: <name>_count and <name>_sum. A name that the
// broker uses itself there becomes metric=<name>, which nothing else is called.
std::vector<std::pair<std::string, std::string>> plugin_sys_topics(const PluginMetrics& metrics);

// Appends all metrics in Prometheus' text format 0.0.4: names begin with grapnel_plugin_, the first
// label is plugin="<plugin id>". A name that the broker uses itself there becomes metric:<name>,
// which nothing else is called.
void render_plugin_metrics(std::string& out, const PluginMetrics& metrics);

}  // namespace grapnel
