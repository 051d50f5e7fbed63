#include "stats/metrics_writer.h"

#include <charconv>
#include <cmath>

namespace grapnel {

std::string metric_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

std::string metric_label(std::string_view name, std::string_view value) {
    std::string text(name);
    text += "=\"";
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return text + '"';
}

void MetricsWriter::family(std::string_view name, std::string_view kind, std::string_view help) {
    name_ = name;
    out_.append("# HELP grapnel_").append(name).append(" ").append(help);
    out_.append("\n# TYPE grapnel_").append(name).append(" ").append(kind).append("\n");
}

void MetricsWriter::sample(std::string_view labels, std::string_view value,
                           std::string_view suffix) {
    out_.append("grapnel_").append(name_).append(suffix);
    if (!labels.empty()) out_.append("{").append(labels).append("}");
    out_.append(" ").append(value).append("\n");
}

void MetricsWriter::counter(std::string_view name, uint64_t value, std::string_view help) {
    family(name, "counter", help);
    sample({}, value);
}

void MetricsWriter::gauge(std::string_view name, uint64_t value, std::string_view help) {
    family(name, "gauge", help);
    sample({}, value);
}

void MetricsWriter::bucket(const std::string& labels, double bound_s, uint64_t count) {
    const std::string bound = bound_s < 0 ? "+Inf" : metric_number(bound_s);
    const std::string le = metric_label("le", bound);
    sample(labels.empty() ? le : labels + "," + le, std::to_string(count), "_bucket");
}

void MetricsWriter::end_histogram(const std::string& labels, double sum_s, uint64_t count) {
    sample(labels, metric_number(sum_s), "_sum");
    sample(labels, std::to_string(count), "_count");
}

}  // namespace grapnel
