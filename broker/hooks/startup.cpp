#include "hooks/startup.h"

#include <utility>

#include "hooks/call.h"

namespace grapnel {

Startup::Startup(Port& port, const std::vector<std::unique_ptr<Dispatcher>>& dispatchers,
                 std::vector<Plugin*> plugins, Done done)
    : port_(port),
      dispatchers_(dispatchers),
      plugins_(std::move(plugins)),
      done_(std::move(done)),
      left_(dispatchers.size()) {}

void Startup::begin() {
    struct Order {
        Startup* startup;
        Dispatcher* dispatcher;
    };
    for (const auto& dispatcher : dispatchers_) {
        const auto deliver = [](void* argument) {
            const std::unique_ptr<Order> order(static_cast<Order*>(argument));
            order->startup->start_on(*order->dispatcher);
        };
        port_.post(dispatcher->loop(), deliver, new Order{this, dispatcher.get()});
    }
}

void Startup::start_on(Dispatcher& dispatcher) {
    dispatcher.bind_thread();
    for (Plugin* plugin : plugins_)
        if (std::string fault = start_plugin(plugin->loop(dispatcher.loop())); !fault.empty())
            note(*plugin, std::move(fault));
    const std::lock_guard lock(lock_);
    if (--left_ != 0) return;
    const auto report = [](void* argument) {
        auto* startup = static_cast<Startup*>(argument);
        startup->done_(startup->faults());
    };
    port_.post(port_.worker_count(), report, this);
}

void Startup::note(Plugin& plugin, std::string why) {
    const std::lock_guard lock(lock_);
    for (Fault& fault : faults_)
        if (fault.plugin == &plugin && fault.why == why) return static_cast<void>(++fault.loops);
    faults_.push_back({&plugin, std::move(why), 1});
}

// One for each plugin, in the order of plugins.
std::vector<StartFault> Startup::faults() const {
    std::vector<StartFault> all;
    const std::string of_loops = " of " + std::to_string(dispatchers_.size()) + " loops";
    for (Plugin* plugin : plugins_) {
        std::string why;
        for (const Fault& fault : faults_) {
            if (fault.plugin != plugin) continue;
            why += (why.empty() ? "" : "; ") + fault.why + ", on " + std::to_string(fault.loops) +
                   of_loops;
        }
        if (!why.empty()) all.push_back({plugin, std::move(why)});
    }
    return all;
}

std::string Startup::start_plugin(PluginLoop& loop) {
    const Plugin& plugin = loop.plugin();
    const auto loop_start = plugin.entry().loop_start;
    void* self = loop.self();
    if (loop_start != nullptr) {
        std::unique_lock<std::mutex> lock;
        if (!plugin.concurrent()) lock = std::unique_lock(plugin.lock());
        const Running running(plugin, "loop_start");
        try {
            const gn_status status = loop_start(plugin.self(), loop.handle(), &self);
            if (status != GN_OK) return "loop_start answered " + std::to_string(status);
        } catch (const std::exception& thrown) {
            plugin.stats().failures.fetch_add(1, std::memory_order_relaxed);
            return std::string("loop_start threw: ") + thrown.what();
        } catch (...) {
            plugin.stats().failures.fetch_add(1, std::memory_order_relaxed);
            return "loop_start threw something that is no exception";
        }
    }
    loop.set_self(self);
    loop.set_started();
    return {};
}

}  // namespace grapnel
