#include "server/shutdown_watch.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace grapnel {

ShutdownWatch::~ShutdownWatch() { end(); }

void ShutdownWatch::begin(uint64_t timeout_ms, Late late) {
    thread_ = std::thread([this, timeout_ms, late = std::move(late), &target = log_target()] {
        const LogBinding binding(target);
        const auto limit = std::chrono::milliseconds(timeout_ms);
        for (const bool last : {false, true}) {
            std::unique_lock lock(lock_);
            if (changed_.wait_for(lock, limit, [this] { return ended_; })) return;
            lock.unlock();
            if (late(last)) return;
        }
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
