#include "hooks/plugin_exchange.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "hooks/call.h"
#include "hooks/inline_subscriptions.h"
#include "hooks/plugin_stop.h"
#include "hooks/startup.h"

namespace grapnel {

namespace {

constexpr uint64_t kLookEvery_ms = 2;

}  // namespace

PluginExchange::PluginExchange(HookHost& host, std::shared_ptr<const config::Config> config,
                               uint64_t timeout_ms, Decided decided, std::function<void()> finished)
    : host_(host),
      config_(std::move(config)),
      timeout_ms_(timeout_ms),
      decided_(std::move(decided)),
      finished_(std::move(finished)) {}

PluginExchange::~PluginExchange() = default;

void PluginExchange::begin() {
    plan();
    if (!faults_.empty()) return give_up();
    if (added_.empty()) return started({});
    std::vector<Plugin*> plugins;
    for (const auto& plugin : added_) plugins.push_back(plugin.get());
    startup_ = std::make_unique<Startup>(
        host_.port_, host_.dispatchers_, std::move(plugins),
        [this](std::vector<StartFault> faults) { started(std::move(faults)); });
    startup_->begin();
}

void PluginExchange::plan() {
    const std::vector<Plugin*> living = host_.living();
    for (const config::Plugin& entry : config_->plugin_entries) {
        const auto found = std::find_if(living.begin(), living.end(),
                                        [&entry](const Plugin* one) { return one->serves(entry); });
        if (found == living.end()) {
            add(entry);
            continue;
        }
        order_.push_back(*found);
        (*found)->warn_of_new_file();
    }
    for (Plugin* plugin : living) {
        if (std::find(order_.begin(), order_.end(), plugin) != order_.end()) continue;
        removed_.push_back(plugin);
        if (plugin->is_store())
            faults_.push_back(
                Error{"plugin " + plugin->id() + ": a store can only be removed by a restart"});
    }
}

void PluginExchange::add(const config::Plugin& entry) {
    std::string fault;
    auto plugin = host_.make(entry, *config_, fault);
    if (!plugin) {
        if (entry.required) faults_.push_back(Error{std::move(fault)});
        return;
    }
    if (plugin->is_store())
        faults_.push_back(Error{entry.where.text() + ": plugin " + entry.id +
                                ": a store can only be added by a restart"});
    order_.push_back(plugin.get());
    added_.push_back(std::move(plugin));
}

void PluginExchange::started(std::vector<StartFault> faults) {
    std::vector<Plugin*> failed;
    faults_ = host_.judge(std::move(faults), failed);
    for (Plugin* plugin : failed) {
        std::erase(order_, plugin);
        removed_.push_back(plugin);
    }
    if (faults_.empty()) hand_out_settings();
    faults_.empty() ? switch_over() : give_up();
}

void PluginExchange::hand_out_settings() {
    for (const config::Plugin& entry : config_->plugin_entries) {
        for (const auto& plugin : host_.plugins_) {
            if (!plugin->serves(entry)) continue;
            const std::string fault = plugin->reload(entry.config);
            plugin->life().reloaded(fault, host_.port_.wall_ms());
            if (fault.empty())
                plugin->adopt(entry);
            else
                faults_.push_back(
                    Error{"plugin " + plugin->id() + ": keeps its settings: " + fault});
        }
    }
}

void PluginExchange::switch_over() {
    struct Order {
        PluginExchange* exchange;
        Dispatcher* dispatcher;
    };
    loops_left_ = host_.dispatchers_.size();
    for (const auto& dispatcher : host_.dispatchers_) {
        const auto deliver = [](void* argument) {
            const std::unique_ptr<Order> order(static_cast<Order*>(argument));
            PluginExchange& exchange = *order->exchange;
            order->dispatcher->set_plugins(exchange.order_);
            if (exchange.loops_left_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
            Port& port = exchange.host_.port_;
            port.post(
                port.worker_count(),
                [](void* self) { static_cast<PluginExchange*>(self)->switched(); }, &exchange);
        };
        host_.port_.post(dispatcher->loop(), deliver, new Order{this, dispatcher.get()});
    }
}

void PluginExchange::switched() {
    std::vector<std::unique_ptr<Plugin>> earlier = std::exchange(host_.plugins_, {});
    for (auto& plugin : added_) earlier.push_back(std::move(plugin));
    added_.clear();
    for (Plugin* plugin : order_) {
        const auto found = std::find_if(earlier.begin(), earlier.end(),
                                        [plugin](const auto& one) { return one.get() == plugin; });
        host_.plugins_.push_back(std::move(*found));
        earlier.erase(found);
    }
    for (auto& plugin : earlier) host_.retire(std::move(plugin));
    note_phases();
    host_.measure(config_->stats.plugin_times);
    host_.forget_failures(*config_);
    host_.port_.access_changed({});
    decided_({});
    if (startup_)
        for (const Plugin* plugin : startup_->plugins())
            if (plugin->life().phase() == PluginPhase::serving) tell_started(*plugin);
    removed_.empty() ? finish() : wait_for_answers();
}

void PluginExchange::note_phases() {
    const int64_t now_ms = host_.port_.wall_ms();
    for (const Plugin* plugin : order_)
        if (plugin->life().phase() == PluginPhase::starting)
            plugin->life().enter(PluginPhase::serving, now_ms);
    for (const Plugin* plugin : removed_) plugin->life().enter(PluginPhase::stopping, now_ms);
}

void PluginExchange::tell_started(const Plugin& plugin) {
    const auto on_started = plugin.hooks().on_started;
    if (on_started == nullptr) return;
    Call call(Event::on_started, plugin.loop(host_.main().loop()));
    enter(call, [&] {
        on_started(&call);
        return GN_V_CONTINUE;
    });
}

// What pends has deadlines of its own.
void PluginExchange::wait_for_answers() {
    timer_ = new uv_timer_t;
    uv_timer_init(host_.port_.uv_loop(host_.port_.worker_count()), timer_);
    timer_->data = this;
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<PluginExchange*>(timer->data)->look(); }, 0,
        kLookEvery_ms);
}

void PluginExchange::look() {
    for (const Plugin* plugin : removed_)
        if (plugin->stats().outstanding.load(std::memory_order_acquire) != 0) return;
    uv_timer_stop(timer_);
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
    stop_removed();
}

void PluginExchange::stop_removed() {
    for (const Plugin* plugin : removed_) host_.inline_->remove_all(host_.port_, *plugin);
    const auto done = [this](bool) {
        for (const Plugin* plugin : removed_)
            if (plugin->life().phase() == PluginPhase::stopped)
                log_info("hooks", "plugin removed: its library stays loaded",
                         {{"plugin", plugin->id()}, {"file", plugin->file()}});
        finish();
    };
    host_.stops_.push_back(
        std::make_unique<PluginStop>(host_.port_, host_.dispatchers_, removed_, done));
    host_.stops_.back()->begin(timeout_ms_, [this](Dispatcher& dispatcher) {
        for (const Plugin* plugin : removed_)
            host_.port_.drop_slots(dispatcher.loop(), plugin->index());
    });
}

// Everything stays as it was: what was made goes again.
void PluginExchange::give_up() {
    removed_.clear();
    const bool ran = startup_ != nullptr;
    for (auto& plugin : std::exchange(added_, {})) {
        if (ran) {
            removed_.push_back(plugin.get());
        } else {
            plugin->destroy();
            plugin->release_index();
            plugin->life().enter(PluginPhase::stopped, host_.port_.wall_ms());
        }
        host_.retire(std::move(plugin));
    }
    decided_(std::exchange(faults_, {}));
    removed_.empty() ? finish() : stop_removed();
}

void PluginExchange::finish() {
    Port& port = host_.port_;
    port.post(
        port.worker_count(),
        [](void* self) {
            const auto finished = std::move(static_cast<PluginExchange*>(self)->finished_);
            finished();
        },
        this);
}

}  // namespace grapnel
