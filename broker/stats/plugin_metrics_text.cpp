#include "stats/plugin_metrics_text.h"

#include <algorithm>
#include <string_view>

#include "stats/metrics_writer.h"

namespace grapnel {

namespace {

constexpr const char* kKindNames[] = {"counter", "gauge", "histogram"};

bool is_of_broker(std::string_view name) {
    return std::find(kPluginSysNames.begin(), kPluginSysNames.end(), name) != kPluginSysNames.end();
}

// Is the metric written as one of the broker's own families, or as a sample of one?
bool is_family_of_broker(std::string_view name) {
    for (const std::string_view sample :
         {"call_seconds_bucket", "call_seconds_sum", "call_seconds_count"})
        if (name == sample) return true;
    return std::find(kPluginFamilies.begin(), kPluginFamilies.end(), name) != kPluginFamilies.end();
}

// What stands behind "grapnel_plugin_".
std::string written_name(const std::string& name) {
    return is_family_of_broker(name) ? "metric:" + name : name;
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quoted && c == '"')) out += '\\';
        out += c;
    }
}

// A value as part of one topic level: what has a meaning in topics, and what may not stand in
// them, is written as %XX.
void append_level(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || std::string_view("/+#%").find(c) != std::string::npos) {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        } else {
            out += c;
        }
    }
}

// One line: name, labels, `le` if it is given, value.
void append_sample(std::string& out, const std::string& plugin, const MetricShape& shape,
                   std::string_view suffix, std::string_view le, std::string_view value) {
    out.append("grapnel_plugin_")
        .append(written_name(shape.name))
        .append(suffix)
        .append("{plugin=\"");
    append_escaped(out, plugin, true);
    for (const auto& [name, text] : shape.labels) {
        out.append("\",").append(name).append("=\"");
        append_escaped(out, text, true);
    }
    if (!le.empty()) out.append("\",le=\"").append(le);
    out.append("\"} ").append(value).append("\n");
}

void append_histogram(std::string& out, const std::string& plugin, const MetricSeries& series) {
    const MetricShape& shape = series.shape();
    const auto buckets = series.buckets();
    uint64_t total = 0;
    for (size_t at = 0; at < buckets.size(); ++at) {
        total += buckets[at];
        const std::string bound =
            at < shape.bounds.size() ? metric_number(shape.bounds[at]) : "+Inf";
        append_sample(out, plugin, shape, "_bucket", bound, std::to_string(total));
    }
    append_sample(out, plugin, shape, "_sum", "", metric_number(series.sum()));
    append_sample(out, plugin, shape, "_count", "", std::to_string(total));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> plugin_sys_topics(const PluginMetrics& metrics) {
    std::vector<std::pair<std::string, std::string>> topics;
    metrics.for_each([&topics](const std::string& plugin, const MetricSeries& series) {
        const MetricShape& shape = series.shape();
        const auto topic = [&](const char* suffix, std::string value) {
            std::string name = shape.name + suffix;
            if (is_of_broker(name)) name.insert(0, "metric=");
            name.insert(0, "$SYS/broker/plugins/" + plugin + "/");
            for (const auto& [label, text] : shape.labels) {
                name.append("/").append(label).append("=");
                append_level(name, text);
            }
            topics.emplace_back(std::move(name), std::move(value));
        };
        switch (shape.kind) {
            case MetricKind::counter: topic("", std::to_string(series.count())); break;
            case MetricKind::gauge: topic("", metric_number(series.gauge())); break;
            case MetricKind::histogram:
                topic("_count", std::to_string(series.count()));
                topic("_sum", metric_number(series.sum()));
                break;
        }
    });
    return topics;
}

void render_plugin_metrics(std::string& out, const PluginMetrics& metrics) {
    std::string last;
    metrics.for_each([&](const std::string& plugin, const MetricSeries& series) {
        const MetricShape& shape = series.shape();
        if (shape.name != last) {
            const std::string name = written_name(shape.name);
            out.append("# HELP grapnel_plugin_").append(name).append(" ");
            append_escaped(out, shape.help, false);
            out.append("\n# TYPE grapnel_plugin_").append(name).append(" ");
            out.append(kKindNames[static_cast<size_t>(shape.kind)]).append("\n");
            last = shape.name;
        }
        switch (shape.kind) {
            case MetricKind::counter:
                append_sample(out, plugin, shape, "", "", std::to_string(series.count()));
                break;
            case MetricKind::gauge:
                append_sample(out, plugin, shape, "", "", metric_number(series.gauge()));
                break;
            case MetricKind::histogram: append_histogram(out, plugin, series); break;
        }
    });
}

}  // namespace grapnel
