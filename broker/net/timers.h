#pragma once

#include <uv.h>

#include <array>
#include <cstdint>

namespace grapnel {

class Timers;

// A place in a ring of timers; alone it points at itself, disarmed at nothing.
struct TimerLink {
    TimerLink* next = nullptr;
    TimerLink* previous = nullptr;
};

// One deadline, a base or a member of what it is for. Not copied or moved while armed; disarms
// itself when destroyed.
class Timer : private TimerLink {
public:
    // Called on the loop once the deadline has passed; the timer is disarmed by then and may be
    // armed again.
    using Callback = void (*)(Timer& timer);

    explicit Timer(Callback callback) : callback_(callback) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { disarm(); }

    bool armed() const { return next != nullptr; }
    void disarm() {
        if (next == nullptr) return;
        next->previous = previous;
        previous->next = next;
        next = previous = nullptr;
    }

private:
    friend class Timers;

    int64_t deadline_ms_ = 0;
    Callback callback_;
};

// Many deadlines on one uv timer: a wheel of buckets, to the nearest 20 ms. Arming and disarming
// cost a few stores. Loop thread.
class Timers {
public:
    // `now_ms` is the monotonic clock of the owner, refreshed by it before each wake-up through
    // `refresh`.
    Timers(uv_loop_t* loop, const int64_t* now_ms, void (*refresh)(void*), void* owner);
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;

    // Arms (again) to fire once `deadline_ms` of the monotonic clock has passed.
    void arm(Timer& timer, int64_t deadline_ms);

    // Fires what is due. Called by itself; public for tests with a clock set by hand.
    void advance();

    // Closes the uv timer; timers still armed never fire.
    void close();

private:
    static constexpr int64_t kTick_ms = 20;
    static constexpr size_t kBuckets = 1024;

    void wake_at(int64_t deadline_ms);
    void schedule_next();
    size_t bucket_of(int64_t deadline_ms) const {
        return static_cast<size_t>(deadline_ms / kTick_ms) % kBuckets;
    }

    uv_timer_t handle_;
    const int64_t* now_ms_;
    void (*refresh_)(void*);
    void* owner_;
    int64_t done_tick_ = 0;  // buckets up to this tick were looked at
    int64_t wake_ms_ = 0;    // 0: the uv timer is not running
    std::array<TimerLink, kBuckets> buckets_;
};

}  // namespace grapnel
