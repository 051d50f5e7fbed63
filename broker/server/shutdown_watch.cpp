#include "server/shutdown_watch.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace grapnel {

ShutdownWatch::~ShutdownWatch() { end(); }

void ShutdownWatch::begin(uint64_t timeout_ms, std::function<void()> late) {
    thread_ = std::thread([this, timeout_ms, late = std::move(late), &target = log_target()] {
        const LogBinding binding(target);
        std::unique_lock lock(lock_);
        const auto limit = std::chrono::milliseconds(timeout_ms);
        if (changed_.wait_for(lock, limit, [this] { return ended_; })) return;
        lock.unlock();
        late();
    });
}

void ShutdownWatch::end() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(lock_);
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

}  // namespace grapnel
