#pragma once

#include <algorithm>
#include <cstdint>

namespace grapnel::redis {

// When to knock at a Redis that is away, and how long to hold commits for it. Times are given, of
// any clock that never goes back. One thread.
class Outage {
public:
    explicit Outage(std::int64_t hold_ms) : hold_ms_(hold_ms) {}

    // Whatever was tried failed for want of a connection. After the first failure the next attempt
    // comes at once: a connection may have been closed for idleness.
    void failed(std::int64_t now_ms) {
        if (!away_) {
            away_ = true;
            since_ms_ = next_ms_ = now_ms;
            pause_ms_ = kPauseFirst_ms;
            return;
        }
        next_ms_ = now_ms + pause_ms_;
        pause_ms_ = std::min(2 * pause_ms_, kPauseMost_ms);
    }
    void over() { away_ = false; }

    bool away() const { return away_; }
    std::int64_t lasted_ms(std::int64_t now_ms) const { return away_ ? now_ms - since_ms_ : 0; }
    bool may_try(std::int64_t now_ms) const { return !away_ || now_ms >= next_ms_; }
    bool holds(std::int64_t now_ms) const { return away_ && now_ms < since_ms_ + hold_ms_; }
    // How long to wait until it may be tried, or holds no longer.
    std::int64_t wait_ms(std::int64_t now_ms) const {
        return std::max<std::int64_t>(0, std::min(next_ms_, since_ms_ + hold_ms_) - now_ms);
    }

    static constexpr std::int64_t kPauseFirst_ms = 100;
    static constexpr std::int64_t kPauseMost_ms = 5000;

private:
    const std::int64_t hold_ms_;
    bool away_ = false;
    std::int64_t since_ms_ = 0;
    std::int64_t next_ms_ = 0;
    std::int64_t pause_ms_ = 0;
};

}  // namespace grapnel::redis
