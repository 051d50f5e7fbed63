#include <vector>

#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/host.h"
#include "hooks/host_api.h"

namespace grapnel {

namespace {

// GN_OK on the main loop's thread, with a host that serves a broker.
gn_status on_main(const gn_host* host) {
    if (host == nullptr || PluginHost::from(host)->hooks == nullptr) return GN_E_INVALID;
    const bool here = current_thread.dispatcher == &PluginHost::from(host)->hooks->main();
    return here ? GN_OK : GN_E_THREAD;
}

bool text_in(gn_str text, std::string& out) {
    Bytes bytes;
    if (!from_abi(text, bytes)) return false;
    out = bytes;
    return true;
}

// False: it is no shape at all.
bool shape_in(const gn_metric_shape* argument, MetricShape& out) {
    gn_metric_shape given;
    if (!copy_in(argument, GN_SIZE_THROUGH(gn_metric_shape, help), given)) return false;
    if (given.kind < GN_METRIC_COUNTER || given.kind > GN_METRIC_HISTOGRAM) return false;
    if ((given.labels == nullptr && given.label_count != 0) ||
        (given.bounds == nullptr && given.bound_count != 0) ||
        given.label_count > PluginMetrics::kLabelsMax ||
        given.bound_count > PluginMetrics::kBoundsMax)
        return false;
    out.kind = static_cast<MetricKind>(given.kind);
    if (!text_in(given.name, out.name) || !text_in(given.help, out.help)) return false;
    for (uint32_t at = 0; at < given.label_count; ++at) {
        auto& [name, value] = out.labels.emplace_back();
        if (!text_in(given.labels[at].key, name) || !text_in(given.labels[at].value, value))
            return false;
    }
    out.bounds.assign(given.bounds, given.bounds + given.bound_count);
    return true;
}

MetricSeries* series_of(gn_metric* metric) { return reinterpret_cast<MetricSeries*>(metric); }

void refuse(const Plugin& plugin, const std::string& name, const std::string& why) {
    log_error(plugin.log_module(), "metric refused", {{"name", name}, {"why", why}});
}

gn_status limit(const gn_host* host, const gn_str* filters, uint32_t count) {
    if (const gn_status status = on_main(host); status != GN_OK) return status;
    if (filters == nullptr && count != 0) return GN_E_INVALID;
    if (count > Interest::kFiltersMax) return GN_E_LIMIT;
    std::vector<Bytes> texts(count);
    for (uint32_t at = 0; at < count; ++at)
        if (!from_abi(filters[at], texts[at])) return GN_E_INVALID;
    auto interest = Interest::of(texts);
    if (interest == nullptr) return GN_E_INVALID;
    const PluginHost& plugin_host = *PluginHost::from(host);
    plugin_host.hooks->set_interest(*plugin_host.plugin, std::move(interest));
    return GN_OK;
}

gn_status clear(const gn_host* host) {
    if (const gn_status status = on_main(host); status != GN_OK) return status;
    const PluginHost& plugin_host = *PluginHost::from(host);
    plugin_host.hooks->set_interest(*plugin_host.plugin, nullptr);
    return GN_OK;
}

gn_status series(const gn_host* host, const gn_metric_shape* argument, gn_metric** out) {
    if (out == nullptr) return GN_E_INVALID;
    *out = nullptr;
    if (const gn_status status = on_main(host); status != GN_OK) return status;
    const PluginHost& plugin_host = *PluginHost::from(host);
    MetricShape shape;
    if (!shape_in(argument, shape)) {
        refuse(*plugin_host.plugin, shape.name, "its shape makes no sense");
        return GN_E_INVALID;
    }
    const std::string name = shape.name;
    const auto answer =
        plugin_host.hooks->metrics().obtain(plugin_host.plugin->id(), std::move(shape));
    *out = reinterpret_cast<gn_metric*>(answer.series);
    if (answer.series != nullptr) return GN_OK;
    refuse(*plugin_host.plugin, name, answer.why);
    return answer.refusal == PluginMetrics::Refusal::limit ? GN_E_LIMIT : GN_E_INVALID;
}

void add(gn_metric* metric, uint64_t amount) {
    if (metric != nullptr) series_of(metric)->add(amount);
}
void set(gn_metric* metric, double value) {
    if (metric != nullptr) series_of(metric)->set(value);
}
void shift(gn_metric* metric, double change) {
    if (metric != nullptr) series_of(metric)->shift(change);
}
void observe(gn_metric* metric, double value) {
    if (metric != nullptr) series_of(metric)->observe(value);
}

}  // namespace

const gn_metrics HostApi::metrics{
    sizeof(gn_metrics), 0, series, add, set, shift, observe,
};

const gn_interest HostApi::interest{sizeof(gn_interest), 0, limit, clear};

}  // namespace grapnel
