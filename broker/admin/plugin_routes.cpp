#include "admin/plugin_routes.h"

#include <algorithm>
#include <cmath>

#include "admin/on_main.h"
#include "stats/percentile.h"

namespace grapnel {

namespace {

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json time_of(const PluginEventTimes& times) {
    const auto most_us = static_cast<double>(times.max_ns) / 1000;
    const auto at = [&](double percent) {
        const double us = percentile(CallTimes::kBoundsUs, times.buckets, most_us, percent);
        return static_cast<uint64_t>(std::llround(std::min(us, most_us) * 1000));
    };
    return {{"calls", times.calls},
            {"total_ns", times.total_ns},
            {"max_ns", times.max_ns},
            {"p50_ns", at(50)},
            {"p99_ns", at(99)}};
}

Json reload_of(const PluginReload& reload) {
    constexpr const char* kResults[] = {"never", "ok", "refused"};
    return {{"result", kResults[static_cast<size_t>(reload.result)]},
            {"why", or_null(reload.why)},
            {"at_ms", reload.at_ms == 0 ? Json(nullptr) : Json(reload.at_ms)}};
}

Json json_of(const PluginState& state) {
    Json events = Json::array();
    for (const PluginEventState& event : state.events)
        events.push_back({{"event", event.event},
                          {"calls", event.calls},
                          {"time", event.times ? time_of(*event.times) : Json(nullptr)}});
    return {{"id", state.id},
            {"name", or_null(state.name)},
            {"version", or_null(state.version)},
            {"abi", std::to_string(state.abi_major) + "." + std::to_string(state.abi_minor)},
            {"file", or_null(state.file)},
            {"source", state.source},
            {"required", state.required},
            {"phase", name_of(state.phase)},
            {"since_ms", state.since_ms},
            {"failure", or_null(state.failure)},
            {"concurrent", state.concurrent},
            {"calls", state.calls},
            {"time_ns", state.time_ns ? Json(*state.time_ns) : Json(nullptr)},
            {"failures", state.failures},
            {"timeouts", state.timeouts},
            {"deferred", state.deferred},
            {"outstanding", state.outstanding},
            {"events", std::move(events)},
            {"reload", reload_of(state.reload)}};
}

HttpResponse plugins_of(Broker& broker) {
    Json plugins = Json::array();
    for (const PluginState& state : broker.core().hooks.plugin_states())
        plugins.push_back(json_of(state));
    return json_response({{"plugins", std::move(plugins)}});
}

void reload(Broker& broker, const HttpAnswer& answer) {
    const auto ended = [&broker, answer](const Broker::ReloadEnd& end) {
        if (end.faults.empty()) return answer(plugins_of(broker));
        const char* const error =
            end.adopted
                ? "certificates that cannot be loaded stay as they were; all else is adopted"
                : "everything stays as it was";
        answer(json_response({{"error", error}, {"faults", end.faults}}, 422));
    };
    switch (broker.reload(ended)) {
        case Broker::ReloadStart::begun: return;
        case Broker::ReloadStart::busy: return answer(error_response(409, "a reload is under way"));
        case Broker::ReloadStart::impossible:
            return answer(error_response(409, "this broker has no file to read again"));
    }
}

}  // namespace

void add_plugin_routes(Api& api, Broker& broker) {
    api.add("GET", "/plugins",
            on_main(broker, [&broker](const HttpRequest&, const HttpAnswer& answer) {
                answer(plugins_of(broker));
            }));
    api.add("POST", "/reload",
            while_serving(broker, [&broker](const HttpRequest&, const HttpAnswer& answer) {
                reload(broker, answer);
            }));
}

}  // namespace grapnel
