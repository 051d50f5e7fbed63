#include "hooks/commit_trouble.h"

namespace grapnel {

CommitTrouble::Report CommitTrouble::failed(uint64_t commit, int64_t monotonic_ms) {
    const std::lock_guard lock(lock_);
    if (!failing_.load(std::memory_order_relaxed)) {
        failing_.store(true, std::memory_order_relaxed);
        last_ = commit;
        commits_ = 1;
        begun_ms_ = said_ms_ = monotonic_ms;
        return {Say::begins, commits_, 0};
    }
    if (commit > last_) {
        last_ = commit;
        ++commits_;
    }
    if (monotonic_ms - said_ms_ < kRepeat_ms) return {};
    said_ms_ = monotonic_ms;
    return {Say::goes_on, commits_, monotonic_ms - begun_ms_};
}

CommitTrouble::Report CommitTrouble::end(uint64_t commit, int64_t monotonic_ms) {
    const std::lock_guard lock(lock_);
    if (!failing_.load(std::memory_order_relaxed) || commit <= last_) return {};
    failing_.store(false, std::memory_order_relaxed);
    return {Say::over, commits_, monotonic_ms - begun_ms_};
}

}  // namespace grapnel
