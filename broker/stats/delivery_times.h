#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stats/histogram.h"

namespace grapnel {

// Messages written in a turn of one worker, by the turn in which their PUBLISH came: what becomes
// of them is observed with one look at the clock for all of them. One thread.
class DeliveryTimes {
public:
    // So many messages that came then were written. `received_us` is not 0.
    void written(uint64_t received_us, uint32_t messages) {
        if (runs_.empty() || runs_.back().received_us != received_us)
            runs_.push_back({received_us, 0});
        runs_.back().messages += messages;
    }
    bool empty() const { return runs_.empty(); }

    // Counts how long each of them took until now, and forgets them.
    void observe(uint64_t now_us, Histogram& latency) {
        for (const Run& run : runs_)
            latency.observe(now_us > run.received_us ? now_us - run.received_us : 0, run.messages);
        runs_.clear();
        if (runs_.capacity() > kKept) runs_ = {};
    }

private:
    struct Run {
        uint64_t received_us;
        uint64_t messages;
    };
    static constexpr size_t kKept = 4096;

    std::vector<Run> runs_;
};

}  // namespace grapnel
