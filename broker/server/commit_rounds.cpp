#include "server/commit_rounds.h"

#include <utility>

#include "base/assert.h"

namespace grapnel {

bool CommitRounds::begin(uint64_t number) {
    const std::lock_guard lock(mutex_);
    if (number <= begun_) return false;
    GN_ASSERT(number == begun_ + 1);
    if (!may_begin()) {
        wanted_ = true;
        return false;
    }
    wanted_ = false;
    begun_ = number;
    slots_[number % kInFlight] = {};
    return true;
}

bool CommitRounds::closed() {
    const std::lock_guard lock(mutex_);
    if (++closed_ < workers_) return false;
    closed_ = 0;
    complete_ = begun_;
    return wanted_ && may_begin();
}

CommitRounds::Answered CommitRounds::answered(uint64_t number, bool committed) {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[number % kInFlight];
    slot.failed = slot.failed || !committed;
    if (++slot.answers < workers_) return {};
    slot.over = true;
    while (over_ < begun_ && slots_[(over_ + 1) % kInFlight].over)
        slots_[++over_ % kInFlight].over = false;
    return {true, !slot.failed};
}

}  // namespace grapnel
