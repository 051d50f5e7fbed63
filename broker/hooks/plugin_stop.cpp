#include "hooks/plugin_stop.h"

#include <mutex>
#include <utility>

#include "hooks/call.h"
#include "hooks/left_open.h"
#include "hooks/pending.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

namespace {

constexpr uint64_t kLookEvery_ms = 2;

}  // namespace

PluginStop::PluginStop(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
                       std::vector<Plugin*> plugins, Done done)
    : port_(port), dispatchers_(dispatchers), stopping_(plugins.size()), done_(std::move(done)) {
    for (size_t at = 0; at < plugins.size(); ++at) {
        stopping_[at].plugin = plugins[at];
        stopping_[at].loops = static_cast<uint32_t>(dispatchers.size());
    }
}

void PluginStop::begin(uint64_t timeout_ms, std::function<void(Dispatcher&)> prepare) {
    struct Order {
        PluginStop* stop;
        Dispatcher* dispatcher;
    };
    prepare_ = std::move(prepare);
    for (const Stopping& stopping : stopping_)
        stopping.plugin->life().enter(PluginPhase::stopping, port_.wall_ms());
    deadline_ms_ = port_.monotonic_ms() + static_cast<int64_t>(timeout_ms);
    for (const auto& dispatcher : dispatchers_) {
        const auto deliver = [](void* argument) {
            const std::unique_ptr<Order> order(static_cast<Order*>(argument));
            order->stop->stop_on(*order->dispatcher);
        };
        port_.post(dispatcher->loop(), deliver, new Order{this, dispatcher.get()});
    }
    timer_ = new uv_timer_t;
    uv_timer_init(port_.uv_loop(port_.worker_count()), timer_);
    timer_->data = this;
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<PluginStop*>(timer->data)->look(); }, 0,
        kLookEvery_ms);
}

void PluginStop::stop_on(Dispatcher& dispatcher) {
    prepare_(dispatcher);
    for (Stopping& stopping : stopping_) stop_plugin(dispatcher, stopping);
}

void PluginStop::stop_plugin(Dispatcher& dispatcher, Stopping& stopping) {
    const Plugin& plugin = *stopping.plugin;
    PluginLoop& loop = plugin.loop(dispatcher.loop());
    const auto loop_stop = plugin.entry().loop_stop;
    if (loop_stop == nullptr || !loop.started()) return stopped(loop, stopping);
    const gn_ticket ticket = dispatcher.pending_->open(plugin);
    if (ticket == 0) return stopped(loop, stopping);
    const auto on_done = [&loop, &stopping](const Completion& completion) {
        if (completion.value != GN_OK)
            log_warn(loop.plugin().log_module(), "loop_stop failed",
                     {{"loop", loop.index()}, {"status", completion.value}});
        stopped(loop, stopping);
    };
    dispatcher.pending_->find(ticket)->on_done = on_done;
    try {
        std::unique_lock<std::mutex> lock;
        if (!plugin.concurrent()) lock = std::unique_lock(plugin.lock());
        const Running running(plugin, "loop_stop");
        loop_stop(loop.self(), ticket);
    } catch (...) {
        contain(plugin, "loop_stop");
        if (dispatcher.pending_->take(ticket)) stopped(loop, stopping);
    }
}

void PluginStop::stopped(PluginLoop& loop, Stopping& stopping) {
    loop.close();
    note_left_open(loop);
    stopping.loops.fetch_sub(1, std::memory_order_acq_rel);
}

// Stopped on every loop, and nothing of it is left with libuv.
bool PluginStop::quiet(const Stopping& stopping) {
    if (stopping.loops.load(std::memory_order_acquire) != 0) return false;
    for (const auto& loop : stopping.plugin->loops())
        if (loop->outstanding() != 0) return false;
    return true;
}

void PluginStop::look() {
    if (running().empty()) return finish(true);
    if (port_.monotonic_ms() < deadline_ms_) return;
    name_running();
    finish(false);
}

std::vector<Plugin*> PluginStop::running() const {
    std::vector<Plugin*> plugins;
    for (const Stopping& stopping : stopping_)
        if (!quiet(stopping)) plugins.push_back(stopping.plugin);
    return plugins;
}

void PluginStop::name_running() const {
    for (const Plugin* plugin : running())
        log_error(plugin->log_module(), "plugin did not stop in time");
}

void PluginStop::finish(bool clean) {
    uv_timer_stop(timer_);
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
    for (const Stopping& stopping : stopping_) {
        Plugin& plugin = *stopping.plugin;
        if (!quiet(stopping)) {
            plugin.life().fail("did not stop in time", port_.wall_ms());
            continue;
        }
        plugin.destroy();
        plugin.release_index();
        plugin.life().enter(PluginPhase::stopped, port_.wall_ms());
    }
    done_(clean);
}

}  // namespace grapnel
