#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stats/plugin_metrics.h"

namespace grapnel {

// The topics below $SYS/broker/plugins and their values: <plugin id>/<name>, a further level
// "key=value" for each label. A histogram is two: <name>_count and <name>_sum.
std::vector<std::pair<std::string, std::string>> plugin_sys_topics(const PluginMetrics& metrics);

// Appends all metrics in Prometheus' text format 0.0.4: names begin with grapnel_plugin_, the first
// label is plugin="<plugin id>".
void render_plugin_metrics(std::string& out, const PluginMetrics& metrics);

}  // namespace grapnel
