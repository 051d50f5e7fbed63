#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/plugin_life.h"
#include "hooks/plugin_stats.h"

namespace grapnel {

class Plugin;

// How long calls for one event took, as far as they were timed, over all loops.
struct PluginEventTimes {
    uint64_t calls = 0;  // that were timed: one in kTimedOneIn, or all
    uint64_t total_ns = 0;
    uint64_t max_ns = 0;
    // Calls by their time: each bucket alone, bounds as CallTimes::kBoundsUs, the last without one.
    std::array<uint64_t, CallTimes::kBoundsUs.size() + 1> buckets{};
};

// One event that a plugin takes.
struct PluginEventState {
    std::string_view event;  // its name in gn_hooks; constant
    uint64_t calls = 0;
    std::optional<PluginEventTimes> times;  // nothing: no call was timed yet
};

// One plugin at run time, as HookHost::plugin_states() takes it: a copy, which holds nothing of the
// plugin. Numbers are counted since it was created, and are as of some moment while loops run.
// What is not measured is absent, and not 0.
struct PluginState {
    std::string id;
    std::string name;     // what the library calls itself; empty when it could not be opened
    std::string version;  // the same
    uint32_t abi_major = 0;
    uint32_t abi_minor = 0;  // the least that the plugin asks for
    std::string file;        // empty: not found; "built in": given by the embedding program
    std::string source;      // "file:line" of its [[plugin]] table, or "embedded"
    bool required = true;
    bool concurrent = false;  // its hooks may run on several loops at once

    PluginPhase phase = PluginPhase::starting;
    int64_t since_ms = 0;  // of the phase, wall clock
    std::string failure;   // why it has failed
    PluginReload reload;

    std::vector<PluginEventState> events;  // in the order of gn_hooks; none when it has no hooks
    uint64_t calls = 0;
    // In hooks: calls that were not timed count as the mean of those of their event that were.
    // Nothing: no call was timed yet.
    std::optional<uint64_t> time_ns;

    uint64_t failures = 0;  // threw, or answered something undefined
    uint64_t timeouts = 0;  // deferred and did not answer in time
    uint64_t deferred = 0;
    uint64_t outstanding = 0;  // tickets that are out now
    uint64_t answers_again = 0;
    uint64_t answers_late = 0;
    std::optional<uint64_t> over_budget;  // nothing: it has no call_budget
    uint64_t left_open = 0;               // libuv handles, after it had stopped
};

// [main] Takes that of one plugin.
PluginState state_of(const Plugin& plugin);

}  // namespace grapnel
