#include "net/timers.h"

#include <algorithm>

#include "base/assert.h"

namespace grapnel {

Timers::Timers(uv_loop_t* loop, const int64_t* now_ms, void (*refresh)(void*), void* owner)
    : now_ms_(now_ms), refresh_(refresh), owner_(owner), done_tick_(*now_ms / kTick_ms) {
    GN_ASSERT(uv_timer_init(loop, &handle_) == 0);
    handle_.data = this;
    for (TimerLink& bucket : buckets_) bucket.next = bucket.previous = &bucket;
}

void Timers::close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&handle_), nullptr);
    for (TimerLink& bucket : buckets_)
        while (bucket.next != &bucket) static_cast<Timer*>(bucket.next)->disarm();
}

void Timers::arm(Timer& timer, int64_t deadline_ms) {
    timer.disarm();
    // A deadline already passed goes to the next bucket that will be looked at.
    const int64_t earliest_ms = (done_tick_ + 1) * kTick_ms;
    timer.deadline_ms_ = deadline_ms;
    TimerLink& bucket = buckets_[bucket_of(std::max(deadline_ms + kTick_ms - 1, earliest_ms))];
    timer.next = bucket.next;
    timer.previous = &bucket;
    bucket.next->previous = &timer;
    bucket.next = &timer;
    wake_at(std::max(deadline_ms + kTick_ms, earliest_ms));
}

void Timers::wake_at(int64_t deadline_ms) {
    if (wake_ms_ != 0 && wake_ms_ <= deadline_ms) return;
    wake_ms_ = deadline_ms;
    const int64_t delay_ms = std::max<int64_t>(deadline_ms - *now_ms_, 1);
    uv_timer_start(
        &handle_,
        [](uv_timer_t* handle) {
            auto* timers = static_cast<Timers*>(handle->data);
            timers->refresh_(timers->owner_);
            timers->wake_ms_ = 0;
            timers->advance();
            timers->schedule_next();
        },
        static_cast<uint64_t>(delay_ms), 0);
}

void Timers::advance() {
    const int64_t now_tick = *now_ms_ / kTick_ms;
    const int64_t last = std::min(now_tick, done_tick_ + static_cast<int64_t>(kBuckets));
    int64_t tick = done_tick_ + 1;
    // From here on new timers land behind the buckets being looked at, so that this loop ends.
    done_tick_ = now_tick;
    for (; tick <= last; ++tick) {
        TimerLink& bucket = buckets_[static_cast<size_t>(tick) % kBuckets];
        if (bucket.next == &bucket) continue;
        // The bucket's ring moves here: callbacks may arm and disarm any timer, these included.
        TimerLink due{bucket.next, bucket.previous};
        due.next->previous = due.previous->next = &due;
        bucket.next = bucket.previous = &bucket;
        while (due.next != &due) {
            auto& timer = *static_cast<Timer*>(due.next);
            timer.disarm();
            if (timer.deadline_ms_ > *now_ms_)
                arm(timer, timer.deadline_ms_);
            else
                timer.callback_(timer);
        }
    }
}

void Timers::schedule_next() {
    for (int64_t tick = done_tick_ + 1; tick <= done_tick_ + static_cast<int64_t>(kBuckets);
         ++tick) {
        const TimerLink& bucket = buckets_[static_cast<size_t>(tick) % kBuckets];
        if (bucket.next == &bucket) continue;
        wake_at(tick * kTick_ms);
        return;
    }
}

}  // namespace grapnel
