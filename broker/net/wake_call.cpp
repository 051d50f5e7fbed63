#include "net/wake_call.h"

#include "base/assert.h"

namespace grapnel {

WakeCall* WakeCall::start(uv_loop_t* loop, std::function<void()> call) {
    auto* const made = new WakeCall(std::move(call));
    GN_ASSERT(uv_async_init(loop, &made->async_, [](uv_async_t* async) {
                  static_cast<WakeCall*>(async->data)->call_();
              }) == 0);
    made->async_.data = made;
    return made;
}

void WakeCall::stop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&async_),
             [](uv_handle_t* handle) { delete static_cast<WakeCall*>(handle->data); });
}

}  // namespace grapnel
