#include "net/ticker.h"

namespace grapnel {

Ticker* Ticker::start(uv_loop_t* loop, uint64_t every_ms, std::function<void()> tick) {
    auto* const ticker = new Ticker(std::move(tick));
    uv_timer_init(loop, &ticker->timer_);
    ticker->timer_.data = ticker;
    uv_timer_start(
        &ticker->timer_, [](uv_timer_t* timer) { static_cast<Ticker*>(timer->data)->tick_(); },
        every_ms, every_ms);
    return ticker;
}

void Ticker::stop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_),
             [](uv_handle_t* handle) { delete static_cast<Ticker*>(handle->data); });
}

}  // namespace grapnel
