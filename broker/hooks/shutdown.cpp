#include "hooks/shutdown.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace grapnel {

namespace {

constexpr uint64_t kGrace_ms = 500;  // for the main loop to meet its deadline itself

}  // namespace

Shutdown::Shutdown(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
                   std::vector<Plugin*> plugins, PluginStop::Done done, Stuck stuck)
    : stop_(port, dispatchers, std::move(plugins),
            [this, done = std::move(done)](bool clean) {
                release_guard();
                done(clean);
            }),
      stuck_(std::move(stuck)) {}

Shutdown::~Shutdown() {
    if (!guard_.joinable()) return;
    release_guard();
    guard_.join();
}

void Shutdown::begin(uint64_t timeout_ms) {
    stop_.begin(timeout_ms, [](Dispatcher& dispatcher) { dispatcher.cancel_all(); });
    guard_ = std::thread([this, timeout_ms, &target = log_target()] {
        const LogBinding binding(target);
        guard(timeout_ms);
    });
}

void Shutdown::guard(uint64_t timeout_ms) {
    std::unique_lock lock(lock_);
    const auto limit = std::chrono::milliseconds(timeout_ms + kGrace_ms);
    if (changed_.wait_for(lock, limit, [this] { return finished_; })) return;
    lock.unlock();
    stop_.name_running();
    log_error("hooks", "a plugin blocks the main loop: ending without it");
    stuck_();
}

void Shutdown::release_guard() {
    {
        const std::lock_guard lock(lock_);
        finished_ = true;
    }
    changed_.notify_all();
}

}  // namespace grapnel
