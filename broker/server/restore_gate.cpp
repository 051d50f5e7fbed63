#include "server/restore_gate.h"

#include "server/worker.h"

namespace grapnel {

bool RestoreGate::post(Worker& worker, std::function<void()> task) {
    if (!is_open()) {
        const std::lock_guard lock(mutex_);
        if (!is_open()) {
            if (held_.size() == kHeldMost) return false;
            held_.emplace_back(&worker, std::move(task));
            return true;
        }
    }
    worker.loop.post(std::move(task));
    return true;
}

void RestoreGate::open() {
    const std::lock_guard lock(mutex_);
    for (auto& [worker, task] : std::exchange(held_, {})) worker->loop.post(std::move(task));
    open_.store(true, std::memory_order_release);
}

}  // namespace grapnel
