#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>

namespace grapnel {

// Calls a function again and again on a loop, the first time after `every_ms`. Loop thread.
class Ticker {
public:
    // End it with stop().
    static Ticker* start(uv_loop_t* loop, uint64_t every_ms, std::function<void()> tick);
    // Does not call it any more; destroys itself once the loop let go. Also inside a call.
    void stop();

private:
    explicit Ticker(std::function<void()> tick) : tick_(std::move(tick)) {}
    ~Ticker() = default;

    uv_timer_t timer_;
    const std::function<void()> tick_;
};

}  // namespace grapnel
