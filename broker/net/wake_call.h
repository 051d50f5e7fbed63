#pragma once

#include <uv.h>

#include <functional>

namespace grapnel {

// Has a function called on a loop, once for any number of requests since its last call. Asking
// takes no lock and logs nothing, unlike Loop::post(): it may be done inside of what does.
class WakeCall {
public:
    // End it with stop(). Loop thread.
    static WakeCall* start(uv_loop_t* loop, std::function<void()> call);
    // Any thread, until stop().
    void ask() { uv_async_send(&async_); }
    // Does not call it any more; destroys itself once the loop let go. Loop thread.
    void stop();

private:
    explicit WakeCall(std::function<void()> call) : call_(std::move(call)) {}
    ~WakeCall() = default;

    uv_async_t async_;
    const std::function<void()> call_;
};

}  // namespace grapnel
