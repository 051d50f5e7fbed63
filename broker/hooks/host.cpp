#include "hooks/host.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "hooks/inline_subscriptions.h"
#include "hooks/pending.h"
#include "hooks/plugin_exchange.h"
#include "hooks/restore.h"
#include "hooks/shutdown.h"
#include "hooks/startup.h"

namespace grapnel {

namespace {

constexpr size_t kStoredEvents = 5;

}  // namespace

HookHost::HookHost(Port& port) : port_(port), inline_(std::make_unique<InlineSubscriptions>()) {
    for (uint32_t loop = 0; loop <= port.worker_count(); ++loop)
        dispatchers_.push_back(std::make_unique<Dispatcher>(loop, port));
}

HookHost::~HookHost() = default;

std::vector<Error> HookHost::load(const config::Config& config) {
    std::vector<Error> faults;
    main().bind_thread();
    measure_ = config.stats.plugin_times;
    shutdown_timeout_ms_ = config.limits.shutdown_timeout_ms;
    for (const config::Plugin& entry : config.plugin_entries) {
        std::string fault;
        if (auto plugin = make(entry, config, fault))
            plugins_.push_back(std::move(plugin));
        else if (entry.required)
            faults.push_back(Error{std::move(fault)});
    }
    for (const auto& dispatcher : dispatchers_) dispatcher->set_plugins(living());
    return faults;
}

namespace {

// A fault with its place in front: that of a setting where the plugin named one, else that of the
// plugin's table.
std::string located(const config::Plugin& entry, const std::string& fault) {
    const std::string about = ": plugin " + entry.id + ": ";
    if (entry.where.file && fault.starts_with(*entry.where.file + ":")) {
        const size_t end = fault.find(": ", entry.where.file->size());
        if (end != std::string::npos) return fault.substr(0, end) + about + fault.substr(end + 2);
    }
    return entry.where.text() + about + fault;
}

}  // namespace

std::unique_ptr<Plugin> HookHost::make(const config::Plugin& entry, const config::Config& config,
                                       std::string& fault) {
    std::unique_ptr<Plugin> plugin;
    auto file = PluginFile::open(entry, config.plugins.search);
    const size_t index = free_index();
    if (!file) {
        fault = file.error().text;
        note_refused(entry, config, fault);
    } else if (index == kPluginsMax) {
        fault = "more than " + std::to_string(kPluginsMax) + " plugins";
        note_refused(entry, config, fault);
    } else {
        const std::string path = file.value().path;
        plugin = std::make_unique<Plugin>(file.value(), entry, index, config.broker.data_dir);
        plugin->life().enter(PluginPhase::starting, port_.wall_ms());
        fault = plugin->create(*this, entry.config);
        if (!fault.empty()) {
            plugin->life().fail(fault, port_.wall_ms());
            if (!entry.where.file || !fault.starts_with(*entry.where.file + ":"))
                fault = path + ": " + fault;
            plugin->release_index();
            retire(std::move(plugin));
        }
    }
    if (!fault.empty()) {
        if (!entry.required)
            log_warn("hooks", "plugin not loaded", {{"plugin", entry.id}, {"why", fault}});
        fault = located(entry, fault);
        return nullptr;
    }
    plugin->make_loops(dispatchers_, port_);
    plugin->measure(measure_);
    log_info(
        "hooks", "plugin loaded",
        {{"plugin", entry.id}, {"file", plugin->file()}, {"version", plugin->entry().version}});
    return plugin;
}

size_t HookHost::free_index() const {
    std::array<bool, kPluginsMax> used{};
    const auto mark = [&used](const auto& plugins) {
        for (const auto& plugin : plugins)
            if (plugin->holds_index()) used[plugin->index()] = true;
    };
    mark(plugins_);
    mark(retired_);
    if (exchange_) mark(exchange_->added());
    return static_cast<size_t>(std::find(used.begin(), used.end(), false) - used.begin());
}

std::vector<Plugin*> HookHost::living() const {
    std::vector<Plugin*> plugins;
    for (const auto& plugin : plugins_) plugins.push_back(plugin.get());
    return plugins;
}

void HookHost::start(std::function<void(std::vector<Error>)> done) {
    const auto report = [this, done = std::move(done)](std::vector<StartFault> faults) {
        started(std::move(faults), done);
    };
    startup_ = std::make_unique<Startup>(port_, dispatchers_, living(), report);
    startup_->begin();
}

void HookHost::started(std::vector<StartFault> faults,
                       const std::function<void(std::vector<Error>)>& done) {
    std::vector<Plugin*> failed;
    std::vector<Error> errors = judge(std::move(faults), failed);
    if (!errors.empty()) return done(std::move(errors));
    for (const auto& plugin : plugins_) plugin->life().enter(PluginPhase::serving, port_.wall_ms());
    if (failed.empty()) return done({});
    take_out(failed, [done] { done({}); });
}

std::vector<Error> HookHost::judge(std::vector<StartFault> faults, std::vector<Plugin*>& others) {
    std::vector<Error> errors;
    for (StartFault& fault : faults) {
        Plugin& plugin = *fault.plugin;
        plugin.life().fail(fault.why, port_.wall_ms());
        if (plugin.required()) {
            errors.push_back(Error{"plugin " + plugin.id() + ": " + fault.why});
            continue;
        }
        log_warn("hooks", "plugin not started", {{"plugin", plugin.id()}, {"why", fault.why}});
        others.push_back(&plugin);
    }
    return errors;
}

void HookHost::take_out(const std::vector<Plugin*>& failed, std::function<void()> done) {
    for (Plugin* plugin : failed) {
        inline_->remove_all(port_, *plugin);
        const auto found = std::find_if(plugins_.begin(), plugins_.end(),
                                        [plugin](const auto& one) { return one.get() == plugin; });
        retire(std::move(*found));
        plugins_.erase(found);
    }
    taking_out_ = true;
    const auto finish = [this, done = std::move(done)](bool) {
        taking_out_ = false;
        done();
        if (after_change_) std::exchange(after_change_, nullptr)();
    };
    stops_.push_back(std::make_unique<PluginStop>(port_, dispatchers_, failed, finish));
    const auto leave_out = [rest = living()](Dispatcher& dispatcher) {
        dispatcher.set_plugins(rest);
    };
    stops_.back()->begin(shutdown_timeout_ms_, leave_out);
}

void HookHost::restore(RestoreTarget& target, std::function<void(std::optional<Error>)> done) {
    std::array<Restore::Chain, kStoredEvents> chains;
    for (size_t list = 0; list < chains.size(); ++list) {
        const size_t event = static_cast<size_t>(Event::stored_clients) + list;
        for (const Dispatcher::Link& link : main().chains_[event])
            chains[list].push_back({link.function, link.plugin});
    }
    Restore::Chain others;
    for (const Dispatcher::Link& link : main().chain(Event::on_restored))
        others.push_back({link.function, link.plugin});
    restore_ = std::make_unique<Restore>(main(), *main().pending_, port_, chains, std::move(others),
                                         target, std::move(done));
    restore_->begin();
}

void HookHost::cancel_restore() {
    if (restore_) restore_->cancel();
}

bool HookHost::has_store() const {
    const uint64_t first = event_bit(Event::stored_clients);
    return (dispatchers_.back()->present() & (first * ((1u << kStoredEvents) - 1))) != 0;
}

void HookHost::reload(std::shared_ptr<const config::Config> config, uint64_t timeout_ms,
                      std::function<void(std::vector<Error>)> decided,
                      std::function<void()> finished) {
    GN_ASSERT(!exchange_);
    const auto end = [this, finished = std::move(finished)] {
        exchange_.reset();
        finished();
        if (after_change_) std::exchange(after_change_, nullptr)();
    };
    exchange_ = std::make_unique<PluginExchange>(*this, std::move(config), timeout_ms,
                                                 std::move(decided), end);
    exchange_->begin();
}

void HookHost::stop(uint64_t timeout_ms, std::function<void(bool)> done,
                    std::function<void()> stuck) {
    if (!exchange_ && !taking_out_) return stop_now(timeout_ms, std::move(done), std::move(stuck));
    after_change_ = [this, timeout_ms, done = std::move(done), stuck = std::move(stuck)] {
        stop_now(timeout_ms, done, stuck);
    };
}

void HookHost::stop_now(uint64_t timeout_ms, std::function<void(bool)> done,
                        std::function<void()> stuck) {
    for (const auto& plugin : plugins_) inline_->remove_all(port_, *plugin);
    const auto report = [this, done = std::move(done)](bool clean) {
        for (const auto& stop : stops_) {
            stop->name_running();
            clean = clean && stop->running().empty();
        }
        done(clean);
    };
    shutdown_ = std::make_unique<Shutdown>(port_, dispatchers_, living(), report, std::move(stuck));
    shutdown_->begin(timeout_ms);
}

void HookHost::deliver_inline(uint64_t subscription, const PacketBox& packet) {
    inline_->deliver(subscription, packet);
}

void HookHost::hide_metrics(const Plugin& plugin) {
    const bool taken = std::any_of(plugins_.begin(), plugins_.end(), [&plugin](const auto& other) {
        return other.get() != &plugin && other->id() == plugin.id();
    });
    if (!taken) metrics_.hide(plugin.id());
}

void HookHost::set_interest(Plugin& plugin, std::shared_ptr<const Interest> interest) {
    plugin.set_interest(interest);
    struct Order {
        PluginLoop* loop;
        std::shared_ptr<const Interest> interest;
    };
    // None in create: they take it over when they are made.
    for (const auto& loop : plugin.loops()) {
        const auto deliver = [](void* argument) {
            const std::unique_ptr<Order> order(static_cast<Order*>(argument));
            order->loop->set_interest(order->interest);
        };
        port_.post(loop->index(), deliver, new Order{loop.get(), interest});
    }
}

void HookHost::measure(bool on) {
    measure_ = on;
    for (const auto& plugin : plugins_) plugin->measure(on);
}

}  // namespace grapnel
