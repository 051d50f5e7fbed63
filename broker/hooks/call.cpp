#include "hooks/call.h"

namespace grapnel {

Whereabouts CurrentThread::whereabouts() const {
    if (const uintptr_t word = hook.load(std::memory_order_relaxed); word != 0) {
        constexpr uintptr_t kEventBits = alignof(PluginLoop) - 1;
        const auto* loop = reinterpret_cast<const PluginLoop*>(word & ~kEventBits);
        return {&loop->plugin(), event_info(static_cast<Event>(word & kEventBits)).name.data()};
    }
    return {plugin.load(std::memory_order_relaxed), part.load(std::memory_order_relaxed)};
}

void contain(const Plugin& plugin, const char* what) noexcept {
    plugin.stats().failures.fetch_add(1, std::memory_order_relaxed);
    const LogBinding binding(plugin.log_target());
    try {
        throw;
    } catch (const std::exception& thrown) {
        log_error(plugin.log_module(), "plugin threw", {{"in", what}, {"what", thrown.what()}});
    } catch (...) {
        log_error(plugin.log_module(), "plugin threw", {{"in", what}, {"what", "no exception"}});
    }
}

void measure_call(const Plugin& plugin, Event event, std::chrono::steady_clock::time_point begin) {
    const auto elapsed = std::chrono::steady_clock::now() - begin;
    const auto elapsed_ns = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
    plugin.stats().events[static_cast<size_t>(event)].record(elapsed_ns);
    if (plugin.call_budget_ns() == 0 || elapsed_ns <= plugin.call_budget_ns()) return;
    plugin.stats().over_budget.fetch_add(1, std::memory_order_relaxed);
    log_warn(plugin.log_module(), "call over budget",
             {{"event", event_info(event).name},
              {"took_us", elapsed_ns / 1000},
              {"budget_us", plugin.call_budget_ns() / 1000}});
}

}  // namespace grapnel
