#include "server/commit_rounds.h"

#include "base/assert.h"

namespace grapnel {

bool CommitRounds::begin(uint64_t number) {
    const std::lock_guard lock(mutex_);
    if (number <= begun_ || begun_ != over_) return false;
    GN_ASSERT(number == begun_ + 1);
    begun_ = number;
    answers_ = 0;
    failed_ = false;
    return true;
}

CommitRounds::Answered CommitRounds::answered(bool committed) {
    const std::lock_guard lock(mutex_);
    GN_ASSERT(over_ + 1 == begun_);
    failed_ = failed_ || !committed;
    if (++answers_ < workers_) return {};
    over_ = begun_;
    return {true, !failed_};
}

}  // namespace grapnel
