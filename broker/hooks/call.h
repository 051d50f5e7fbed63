#pragma once

#include <grapnel/plugin.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "hooks/current_thread.h"
#include "hooks/dispatcher.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

// One call of one plugin: the gn_call it gets, and behind it what the host notes about it.
struct Call : gn_call {
    Call(Event call_event, PluginLoop& plugin_loop)
        : gn_call{sizeof(gn_call),
                  static_cast<uint32_t>(call_event),
                  &plugin_loop.plugin().host(),
                  plugin_loop.handle(),
                  plugin_loop.self(),
                  plugin_loop.dispatcher().commit_number()},
          plugin(plugin_loop) {}

    PluginLoop& plugin;
    const ClientInfo* client = nullptr;
    bool may_defer = false;
    bool before_connack = false;
    bool cacheable = false;
    bool failed = false;  // said so itself
    uint8_t reason = 0;
    gn_ticket ticket = 0;

    static Call* from(gn_call* call) { return static_cast<Call*>(call); }
};

inline uintptr_t hook_word(const PluginLoop& loop, uint32_t event) {
    static_assert(alignof(PluginLoop) >= kEventCount);
    return reinterpret_cast<uintptr_t>(&loop) | event;
}

// Marks the calling thread as being in a plugin's code that is no hook, for reports of a crash and
// of a plugin that blocks.
class Running {
public:
    Running(const Plugin& plugin, const char* part)
        : outer_plugin_(current_thread.plugin.load(std::memory_order_relaxed)),
          outer_part_(current_thread.part.load(std::memory_order_relaxed)) {
        enter(&plugin, part);
    }
    ~Running() { enter(outer_plugin_, outer_part_); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    static void enter(const Plugin* plugin, const char* part) {
        current_thread.plugin.store(plugin, std::memory_order_relaxed);
        current_thread.part.store(part, std::memory_order_relaxed);
    }

    const Plugin* const outer_plugin_;
    const char* const outer_part_;
};

// Stands for the answer of a plugin that threw, or said that it failed: no verdict has this number.
inline constexpr gn_verdict kThrew = INT32_MIN;

// Logs what the plugin threw and counts it. To be called inside a catch.
void contain(const Plugin& plugin, const char* what) noexcept;

// Counts a call's time; logs it when it took longer than the plugin's budget.
void measure_call(const Plugin& plugin, Event event, std::chrono::steady_clock::time_point begin);

// Runs fn() as code of the plugin: serialised unless it is concurrent, counted, timed when
// it is its turn, and answering kThrew instead of throwing. In place: the state of `fn`, handed on
// by value, would cost more than the call.
template <class Fn>
[[gnu::always_inline]] inline gn_verdict enter(Call& call, const Fn& fn) {
    const Plugin& plugin = call.plugin.plugin();
    std::unique_lock<std::mutex> lock;
    if (!plugin.concurrent()) lock = std::unique_lock(plugin.lock());
    Call* const outer = std::exchange(current_thread.call, &call);
    const uintptr_t outer_hook = current_thread.hook.load(std::memory_order_relaxed);
    current_thread.hook.store(hook_word(call.plugin, call.event), std::memory_order_relaxed);
    const bool measured = call.plugin.count_call(call.event);
    std::chrono::steady_clock::time_point begin;
    if (measured) [[unlikely]]
        begin = std::chrono::steady_clock::now();
    gn_verdict verdict;
    try {
        verdict = fn();
    } catch (...) {
        contain(plugin, event_info(static_cast<Event>(call.event)).name.data());
        verdict = kThrew;
    }
    if (call.failed) [[unlikely]]
        verdict = kThrew;
    if (measured) [[unlikely]]
        measure_call(plugin, static_cast<Event>(call.event), begin);
    current_thread.hook.store(outer_hook, std::memory_order_relaxed);
    current_thread.call = outer;
    return verdict;
}

}  // namespace grapnel
