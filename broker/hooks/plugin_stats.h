#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "hooks/event.h"

namespace grapnel {

// Of the calls of one plugin for one event on one loop the first of so many is timed: often enough
// for a mean and its spread, seldom enough to cost nothing. All are when the configuration says so.
// A power of two.
inline constexpr uint64_t kTimedOneIn = 128;

// Time one plugin spent in one event, over all loops, as far as calls were timed. Any thread.
struct CallTimes {
    // Upper bounds of the histogram in microseconds; the last bucket has none.
    static constexpr std::array<uint32_t, 7> kBoundsUs{1,      10,      100,      1000,
                                                       10'000, 100'000, 1'000'000};

    std::atomic<uint64_t> calls{0};
    std::atomic<uint64_t> total_ns{0};
    std::atomic<uint64_t> max_ns{0};
    std::array<std::atomic<uint64_t>, kBoundsUs.size() + 1> buckets{};

    void record(uint64_t elapsed_ns);
};

// What metrics tell about one plugin. Any thread.
struct PluginStats {
    std::atomic<uint64_t> failures{0};  // threw, or answered something undefined
    std::atomic<uint64_t> timeouts{0};  // deferred and did not complete in time
    std::atomic<uint64_t> deferred{0};
    std::atomic<uint64_t> answers_again{0};  // to what it had answered already
    std::atomic<uint64_t> answers_late{0};   // to what had timed out
    std::atomic<uint64_t> over_budget{0};    // calls that took longer than call_budget
    std::atomic<uint64_t> left_open{0};      // handles that it had not closed when it had stopped
    std::atomic<uint32_t> outstanding{0};    // tickets that are out
    std::array<CallTimes, kEventCount> events;
};

}  // namespace grapnel
