#include "hooks/plugin_state.h"

#include "hooks/abi.h"
#include "hooks/plugin.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

uint64_t calls_of(const Plugin& plugin, size_t event) {
    uint64_t calls = 0;
    for (const auto& loop : plugin.loops()) calls += loop->calls(event);
    return calls;
}

PluginEventTimes times_of(const CallTimes& times) {
    PluginEventTimes copy;
    copy.calls = times.calls.load(kRelaxed);
    copy.total_ns = times.total_ns.load(kRelaxed);
    copy.max_ns = times.max_ns.load(kRelaxed);
    for (size_t bucket = 0; bucket < copy.buckets.size(); ++bucket)
        copy.buckets[bucket] = times.buckets[bucket].load(kRelaxed);
    return copy;
}

// Of all calls, when some were timed. Calls and times are not of the same moment.
uint64_t whole_time_ns(const PluginEventTimes& times, uint64_t calls) {
    if (calls <= times.calls) return times.total_ns;
    const double mean_ns = static_cast<double>(times.total_ns) / static_cast<double>(times.calls);
    return static_cast<uint64_t>(mean_ns * static_cast<double>(calls));
}

void add_events(const Plugin& plugin, PluginState& state) {
    for (size_t event = 0; event < kEventCount; ++event) {
        if (hook_of(plugin.hooks(), event) == nullptr) continue;
        PluginEventState& one = state.events.emplace_back();
        one.event = kEvents[event].name;
        one.calls = calls_of(plugin, event);
        state.calls += one.calls;
        const PluginEventTimes times = times_of(plugin.stats().events[event]);
        if (times.calls == 0) continue;
        one.times = times;
        state.time_ns = state.time_ns.value_or(0) + whole_time_ns(times, one.calls);
    }
}

void add_counts(const Plugin& plugin, PluginState& state) {
    const PluginStats& stats = plugin.stats();
    state.failures = stats.failures.load(kRelaxed);
    state.timeouts = stats.timeouts.load(kRelaxed);
    state.deferred = stats.deferred.load(kRelaxed);
    state.outstanding = stats.outstanding.load(kRelaxed);
    state.answers_again = stats.answers_again.load(kRelaxed);
    state.answers_late = stats.answers_late.load(kRelaxed);
    if (plugin.call_budget_ns() != 0) state.over_budget = stats.over_budget.load(kRelaxed);
    state.left_open = stats.left_open.load(kRelaxed);
}

}  // namespace

PluginState state_of(const Plugin& plugin) {
    PluginState state;
    state.id = plugin.id();
    state.name = plugin.entry().name;
    state.version = plugin.entry().version;
    state.abi_major = plugin.entry().abi_major;
    state.abi_minor = plugin.entry().abi_minor;
    state.file = plugin.file();
    state.source = plugin.source();
    state.required = plugin.required();
    state.concurrent = plugin.concurrent();
    state.phase = plugin.life().phase();
    state.since_ms = plugin.life().since_ms();
    state.failure = plugin.life().failure();
    state.reload = plugin.life().reload();
    add_events(plugin, state);
    add_counts(plugin, state);
    return state;
}

}  // namespace grapnel
