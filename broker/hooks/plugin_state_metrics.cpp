#include "hooks/plugin_state_metrics.h"

#include <functional>
#include <optional>
#include <span>

#include "stats/metrics_writer.h"

namespace grapnel {

namespace {

using States = std::vector<PluginState>;

std::string plugin_label(const PluginState& state) { return metric_label("plugin", state.id); }

std::string event_labels(const PluginState& state, const PluginEventState& event) {
    return plugin_label(state) + "," + metric_label("event", event.event);
}

void render_info(MetricsWriter& writer, const States& states) {
    writer.family("plugin_up", "gauge", "1 if the plugin serves.");
    for (const PluginState& state : states)
        writer.sample(plugin_label(state), uint64_t{state.phase == PluginPhase::serving});
    writer.family("plugin_info", "gauge", "Always 1; the labels say what the plugin is.");
    for (const PluginState& state : states)
        writer.sample(plugin_label(state) + "," + metric_label("name", state.name) + "," +
                          metric_label("version", state.version),
                      uint64_t{1});
}

bool has_times(const States& states) {
    for (const PluginState& state : states)
        for (const PluginEventState& event : state.events)
            if (event.times) return true;
    return false;
}

void render_events(MetricsWriter& writer, const States& states) {
    writer.family("plugin_calls_total", "counter", "Calls of the plugin, by event.");
    for (const PluginState& state : states)
        for (const PluginEventState& event : state.events)
            writer.sample(event_labels(state, event), event.calls);
    if (!has_times(states)) return;
    writer.family("plugin_call_seconds", "histogram", "How long calls that were timed took.");
    for (const PluginState& state : states) {
        for (const PluginEventState& event : state.events) {
            if (!event.times) continue;
            writer.histogram(std::span<const uint32_t>(CallTimes::kBoundsUs), event.times->buckets,
                             static_cast<double>(event.times->total_ns) / 1e9,
                             event_labels(state, event));
        }
    }
}

void render_number(MetricsWriter& writer, const States& states, const char* name, const char* kind,
                   const char* help,
                   const std::function<std::optional<uint64_t>(const PluginState&)>& number) {
    bool begun = false;
    for (const PluginState& state : states) {
        const std::optional<uint64_t> value = number(state);
        if (!value) continue;
        if (!begun) writer.family(name, kind, help);
        begun = true;
        writer.sample(plugin_label(state), *value);
    }
}

void render_numbers(MetricsWriter& writer, const States& states) {
    const auto number = [&](const char* name, const char* kind, const char* help, auto member) {
        render_number(writer, states, name, kind, help,
                      [member](const PluginState& state) -> std::optional<uint64_t> {
                          return state.*member;
                      });
    };
    number("plugin_failures_total", "counter",
           "Calls in which the plugin threw, or that it answered with nonsense.",
           &PluginState::failures);
    number("plugin_timeouts_total", "counter", "Answers that did not come in time.",
           &PluginState::timeouts);
    number("plugin_deferred_total", "counter", "Questions that the plugin said to answer later.",
           &PluginState::deferred);
    number("plugin_outstanding", "gauge", "Questions whose answer the plugin owes.",
           &PluginState::outstanding);
    number("plugin_answers_again_total", "counter", "Answers to what was answered already.",
           &PluginState::answers_again);
    number("plugin_answers_late_total", "counter", "Answers to what had timed out.",
           &PluginState::answers_late);
    number("plugin_over_budget_total", "counter", "Calls that took longer than call_budget.",
           &PluginState::over_budget);
    number("plugin_handles_left_open", "gauge",
           "Handles that the plugin left open when it stopped.", &PluginState::left_open);
}

}  // namespace

void render_plugin_states(std::string& out, const std::vector<PluginState>& states) {
    if (states.empty()) return;
    MetricsWriter writer(out);
    render_info(writer, states);
    render_events(writer, states);
    render_numbers(writer, states);
}

}  // namespace grapnel
