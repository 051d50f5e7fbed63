#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace grapnel {

// Decides what is logged while the commits of a plugin fail: that it begins, at most once a minute
// that it goes on, and that it is over; for all loops together. Any thread.
class CommitTrouble {
public:
    static constexpr int64_t kRepeat_ms = 60'000;

    enum class Say : uint8_t { nothing, begins, goes_on, over };
    struct Report {
        Say say = Say::nothing;
        uint64_t commits = 0;  // that failed since it began
        int64_t for_ms = 0;    // since it began
    };

    // The commit of that number failed on one loop.
    Report failed(uint64_t commit, int64_t monotonic_ms);
    // It succeeded on one loop, which means nothing if it or a later one failed on another. Costs
    // one load as long as nothing fails.
    Report succeeded(uint64_t commit, int64_t monotonic_ms) {
        if (!failing_.load(std::memory_order_relaxed)) return {};
        return end(commit, monotonic_ms);
    }

private:
    Report end(uint64_t commit, int64_t monotonic_ms);

    std::atomic<bool> failing_{false};  // written under lock_
    std::mutex lock_;                   // guards what follows
    uint64_t last_ = 0;                 // commit that failed
    uint64_t commits_ = 0;
    int64_t begun_ms_ = 0;
    int64_t said_ms_ = 0;
};

}  // namespace grapnel
