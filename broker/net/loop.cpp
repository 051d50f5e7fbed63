#include "net/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "base/assert.h"
#include "base/log.h"

namespace grapnel {

Loop::Wakeup::Wakeup(Loop& owner)
    : loop(owner), descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    GN_ASSERT(descriptor >= 0);
}

Loop::Wakeup::~Wakeup() { ::close(descriptor); }

void Loop::Wakeup::on_events(uint32_t) { loop.drain(); }

Loop::Loop() {
    GN_ASSERT(uv_loop_init(&loop_) == 0);
    GN_ASSERT(uv_async_init(&loop_, &keeper_, [](uv_async_t*) {}) == 0);
    GN_ASSERT(poller_.add(uv_backend_fd(&loop_), EPOLLIN, uv_events_));
    // By its edges: each write is one, so the count is never read.
    GN_ASSERT(poller_.add(wakeup_.descriptor, EPOLLIN | EPOLLET, wakeup_));
}

Loop::~Loop() {
    stop();
    uv_run(&loop_, UV_RUN_DEFAULT);
    // Busy: somebody else's handle is still on it, and the process is about to end.
    uv_loop_close(&loop_);
}

void Loop::post(std::function<void()> task) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
    }
    // Without the lock: the loop would wake to wait for it.
    if (first) ::eventfd_write(wakeup_.descriptor, 1);
}

void Loop::post_first(std::function<void()> task) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        first = first_.empty();
        first_.push_back(std::move(task));
    }
    first_came_.notify_one();
    if (first) ::eventfd_write(wakeup_.descriptor, 1);
}

std::function<void()> Loop::pop_first() {
    if (first_.empty()) return {};
    std::function<void()> task = std::move(first_.front());
    first_.pop_front();
    return task;
}

void Loop::run_first() {
    std::unique_lock lock(mutex_);
    first_came_.wait(lock, [this] { return !first_.empty(); });
    const std::function<void()> task = pop_first();
    lock.unlock();
    task();
}

void Loop::drain() {
    std::vector<std::function<void()>> tasks;
    std::unique_lock lock(mutex_);
    tasks.swap(tasks_);
    while (const auto task = pop_first()) {
        lock.unlock();
        task();
        lock.lock();
    }
    lock.unlock();
    for (const auto& task : tasks) task();
}

// What they hold may be about to go.
void Loop::drop_tasks() {
    std::vector<std::function<void()>> tasks;
    std::deque<std::function<void()>> first;
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
    first.swap(first_);
}

bool Loop::turn(bool waits) {
    // 0 says that a timer is due, a handle closes, or a descriptor new to libuv must be told to the
    // system.
    if (uv_events_.ready || uv_backend_timeout(&loop_) == 0) {
        uv_events_.ready = false;
        uv_run(&loop_, UV_RUN_NOWAIT);
        if (uv_loop_alive(&loop_) == 0) return false;
    }
    if (turn_end_) turn_end_();
    poller_.poll(waits ? uv_backend_timeout(&loop_) : 0);
    uv_update_time(&loop_);
    return true;
}

void Loop::stop() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&keeper_), nullptr);
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
