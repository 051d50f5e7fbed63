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
    std::vector<Error> faults;
    for (const Plugin* plugin : plugins_)
        if (std::string fault = start_plugin(plugin->loop(dispatcher.loop())); !fault.empty())
            faults.push_back(Error{"plugin " + plugin->id() + ": " + fault});
    const std::lock_guard lock(lock_);
    for (Error& fault : faults) faults_.push_back(std::move(fault));
    if (--left_ != 0) return;
    const auto report = [](void* argument) {
        auto* startup = static_cast<Startup*>(argument);
        startup->done_(std::move(startup->faults_));
    };
    port_.post(port_.worker_count(), report, this);
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
        } catch (...) {
            contain(plugin, "loop_start");
            return "loop_start threw";
        }
    }
    loop.set_self(self);
    loop.set_started();
    return {};
}

}  // namespace grapnel
