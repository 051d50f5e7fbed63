#include "hooks/shutdown.h"

#include <chrono>
#include <utility>

#include "hooks/call.h"
#include "hooks/pending.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

namespace {

constexpr uint64_t kLookEveryMs = 2;
constexpr uint64_t kGraceMs = 500;  // for the main loop to meet its deadline itself

}  // namespace

Shutdown::Shutdown(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
                   const std::vector<std::unique_ptr<Plugin>>& plugins, Done done, Stuck stuck)
    : port_(port),
      dispatchers_(dispatchers),
      plugins_(plugins),
      done_(std::move(done)),
      stuck_(std::move(stuck)),
      running_(plugins.size()) {}

Shutdown::~Shutdown() {
    if (!guard_.joinable()) return;
    {
        const std::lock_guard lock(lock_);
        finished_ = true;
    }
    changed_.notify_all();
    guard_.join();
}

void Shutdown::guard(uint64_t timeout_ms) {
    std::unique_lock lock(lock_);
    const auto limit = std::chrono::milliseconds(timeout_ms + kGraceMs);
    if (changed_.wait_for(lock, limit, [this] { return finished_; })) return;
    lock.unlock();
    name_running();
    log_error("hooks", "a plugin blocks the main loop: ending without it");
    stuck_();
}

void Shutdown::begin(uint64_t timeout_ms) {
    struct Order {
        Shutdown* shutdown;
        Dispatcher* dispatcher;
    };
    for (auto& count : running_) count = static_cast<uint32_t>(dispatchers_.size());
    deadline_ms_ = port_.monotonic_ms() + static_cast<int64_t>(timeout_ms);
    for (const auto& dispatcher : dispatchers_) {
        const auto deliver = [](void* argument) {
            const std::unique_ptr<Order> order(static_cast<Order*>(argument));
            order->shutdown->stop_on(*order->dispatcher);
        };
        port_.post(dispatcher->loop(), deliver, new Order{this, dispatcher.get()});
    }
    timer_ = new uv_timer_t;
    uv_timer_init(port_.uv_loop(port_.worker_count()), timer_);
    timer_->data = this;
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<Shutdown*>(timer->data)->look(); }, 0,
        kLookEveryMs);
    guard_ = std::thread([this, timeout_ms, &target = log_target()] {
        const LogBinding binding(target);
        guard(timeout_ms);
    });
}

void Shutdown::stop_on(Dispatcher& dispatcher) {
    dispatcher.cancel_all();
    for (const auto& loop : dispatcher.plugins_)
        if (loop) stop_plugin(dispatcher, *loop);
}

void Shutdown::stop_plugin(Dispatcher& dispatcher, PluginLoop& loop) {
    const Plugin& plugin = loop.plugin();
    const auto loop_stop = plugin.entry().loop_stop;
    if (loop_stop == nullptr || !loop.started()) return stopped(loop);
    const gn_ticket ticket = dispatcher.pending_->open(plugin);
    if (ticket == 0) return stopped(loop);
    dispatcher.pending_->find(ticket)->on_done = [this, &loop](const Completion& completion) {
        if (completion.value != GN_OK)
            log_warn(loop.plugin().log_module(), "loop_stop failed",
                     {{"loop", loop.index()}, {"status", completion.value}});
        stopped(loop);
    };
    try {
        std::unique_lock<std::mutex> lock;
        if (!plugin.concurrent()) lock = std::unique_lock(plugin.lock());
        loop_stop(loop.self(), ticket);
    } catch (...) {
        contain(plugin, "loop_stop");
        if (dispatcher.pending_->take(ticket)) stopped(loop);
    }
}

void Shutdown::stopped(PluginLoop& loop) {
    loop.close();
    running_[loop.plugin().index()].fetch_sub(1, std::memory_order_acq_rel);
}

// Stopped on every loop, and nothing of it is left with libuv.
bool Shutdown::quiet(const Plugin& plugin) const {
    if (running_[plugin.index()].load(std::memory_order_acquire) != 0) return false;
    for (const auto& dispatcher : dispatchers_)
        if (dispatcher->plugins_[plugin.index()]->outstanding() != 0) return false;
    return true;
}

void Shutdown::look() {
    bool all_quiet = true;
    for (const auto& plugin : plugins_) all_quiet = all_quiet && quiet(*plugin);
    if (all_quiet) return finish(true);
    if (port_.monotonic_ms() < deadline_ms_) return;
    name_running();
    finish(false);
}

void Shutdown::name_running() const {
    for (const auto& plugin : plugins_)
        if (!quiet(*plugin)) log_error(plugin->log_module(), "plugin did not stop in time");
}

void Shutdown::finish(bool clean) {
    uv_timer_stop(timer_);
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
    for (const auto& plugin : plugins_)
        if (quiet(*plugin)) plugin->destroy();
    {
        const std::lock_guard lock(lock_);
        finished_ = true;
    }
    changed_.notify_all();
    done_(clean);
}

}  // namespace grapnel
