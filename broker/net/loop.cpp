#include "net/loop.h"

#include <utility>

#include "base/assert.h"
#include "base/log.h"

namespace grapnel {

Loop::Loop() {
    GN_ASSERT(uv_loop_init(&loop_) == 0);
    GN_ASSERT(uv_async_init(&loop_, &wakeup_, [](uv_async_t* handle) {
                  static_cast<Loop*>(handle->data)->drain();
              }) == 0);
    wakeup_.data = this;
}

Loop::~Loop() {
    stop();
    uv_run(&loop_, UV_RUN_DEFAULT);
    // Busy: somebody else's handle is still on it, and the process is about to end.
    uv_loop_close(&loop_);
}

void Loop::post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() == 1) uv_async_send(&wakeup_);
}

void Loop::drain() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
}

void Loop::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

void Loop::stop() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&wakeup_), nullptr);
    // Ours are closing by now. What is still open would keep the loop for ever.
    uv_walk(
        &loop_,
        [](uv_handle_t* handle, void* left_open) {
            if (uv_is_closing(handle) != 0 || uv_has_ref(handle) == 0) return;
            log_warn("net", "a plugin left a handle open on a loop",
                     {{"type", uv_handle_type_name(handle->type)}});
            uv_unref(handle);
            *static_cast<bool*>(left_open) = true;
        },
        &left_open_);
}

}  // namespace grapnel
