#include "hooks/host.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "hooks/call.h"
#include "hooks/inline_subscriptions.h"
#include "hooks/pending.h"
#include "hooks/restore.h"
#include "hooks/shutdown.h"
#include "hooks/startup.h"

namespace grapnel {

namespace {

constexpr size_t kPluginsMax = 64;
constexpr size_t kStoredEvents = 5;

using Function = void (*)();

Function hook_of(const gn_hooks& hooks, size_t event) {
    Function function = nullptr;
    std::memcpy(&function,
                reinterpret_cast<const char*>(&hooks) + offsetof(gn_hooks, on_started) +
                    event * sizeof function,
                sizeof function);
    return function;
}

}  // namespace

HookHost::HookHost(Port& port) : port_(port), inline_(std::make_unique<InlineSubscriptions>()) {
    for (uint32_t loop = 0; loop <= port.worker_count(); ++loop)
        dispatchers_.push_back(std::make_unique<Dispatcher>(loop, port));
}

HookHost::~HookHost() = default;

std::vector<Error> HookHost::load(const config::Config& config) {
    std::vector<Error> faults;
    main().bind_thread();
    for (const config::Plugin& entry : config.plugin_entries) {
        std::string fault;
        auto file = PluginFile::open(entry, config.plugins.search);
        if (!file) {
            fault = file.error().text;
        } else if (plugins_.size() == kPluginsMax) {
            fault = "more than " + std::to_string(kPluginsMax) + " plugins";
        } else {
            const std::string path = file.value().path;
            auto plugin = std::make_unique<Plugin>(file.value(), entry, plugins_.size(),
                                                   config.broker.data_dir);
            fault = plugin->create(*this, entry.config);
            if (!fault.empty()) fault = path + ": " + fault;
            (fault.empty() ? plugins_ : failed_).push_back(std::move(plugin));
        }
        if (fault.empty()) {
            log_info("hooks", "plugin loaded",
                     {{"plugin", entry.id},
                      {"file", plugins_.back()->file()},
                      {"version", plugins_.back()->entry().version}});
        } else if (entry.required) {
            faults.push_back(Error{entry.where.text() + ": plugin " + entry.id + ": " + fault});
        } else {
            log_warn("hooks", "plugin not loaded", {{"plugin", entry.id}, {"why", fault}});
        }
    }
    build_chains();
    return faults;
}

void HookHost::build_chains() {
    for (const auto& dispatcher : dispatchers_) {
        dispatcher->plugins_.clear();
        for (auto& chain : dispatcher->chains_) chain.clear();
        dispatcher->present_ = 0;
        for (const auto& plugin : plugins_) {
            auto& loop = dispatcher->plugins_.emplace_back(
                std::make_unique<PluginLoop>(*plugin, *dispatcher, port_, dispatcher->loop()));
            loop->set_measured(plugin->call_budget_ns() != 0);
            loop->commits = plugin->hooks().on_commit != nullptr;
            for (size_t event = 0; event < kEventCount; ++event) {
                const Function function = hook_of(plugin->hooks(), event);
                if (function == nullptr) continue;
                dispatcher->chains_[event].push_back({function, loop.get()});
                dispatcher->present_ |= uint64_t{1} << event;
            }
        }
    }
}

void HookHost::start(std::function<void(std::vector<Error>)> done) {
    startup_ = std::make_unique<Startup>(port_, dispatchers_, std::move(done));
    startup_->begin();
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
    restore_ = std::make_unique<Restore>(main(), *main().pending_, port_, std::move(chains),
                                         std::move(others), target, std::move(done));
    restore_->begin();
}

void HookHost::cancel_restore() {
    if (restore_) restore_->cancel();
}

bool HookHost::has_store() const {
    const uint64_t first = event_bit(Event::stored_clients);
    return (dispatchers_.back()->present() & (first * ((1u << kStoredEvents) - 1))) != 0;
}

// Entries that came or went, in a configuration just read.
std::vector<Error> HookHost::changed_entries(const config::Config& config) const {
    std::vector<Error> faults;
    const auto& entries = config.plugin_entries;
    const auto listed = [&entries](const std::string& id) {
        return std::any_of(entries.begin(), entries.end(),
                           [&id](const config::Plugin& entry) { return entry.id == id; });
    };
    const auto known = [](const auto& plugins, const std::string& id) {
        return std::any_of(plugins.begin(), plugins.end(),
                           [&id](const auto& plugin) { return plugin->id() == id; });
    };
    for (const auto& plugin : plugins_)
        if (!listed(plugin->id()))
            faults.push_back(Error{"plugin " + plugin->id() + ": to remove it needs a restart"});
    for (const config::Plugin& entry : entries)
        if (entry.required && !known(plugins_, entry.id))
            faults.push_back(Error{"plugin " + entry.id + ": to add it needs a restart"});
    return faults;
}

std::vector<Error> HookHost::reload(const config::Config& config) {
    std::vector<Error> faults = changed_entries(config);
    if (!faults.empty()) return faults;
    const auto& entries = config.plugin_entries;
    for (const auto& plugin : plugins_) {
        const auto entry = std::find_if(
            entries.begin(), entries.end(),
            [&plugin](const config::Plugin& candidate) { return candidate.id == plugin->id(); });
        std::string fault = plugin->reload(entry->config);
        if (!fault.empty())
            faults.push_back(Error{"plugin " + plugin->id() + ": keeps its settings: " + fault});
    }
    return faults;
}

void HookHost::stop(uint64_t timeout_ms, std::function<void(bool)> done,
                    std::function<void()> stuck) {
    for (const auto& plugin : plugins_) inline_->remove_all(port_, *plugin);
    shutdown_ = std::make_unique<Shutdown>(port_, dispatchers_, plugins_, std::move(done),
                                           std::move(stuck));
    shutdown_->begin(timeout_ms);
}

void HookHost::deliver_inline(uint64_t subscription, const PacketBox& packet) {
    inline_->deliver(subscription, packet);
}

void HookHost::measure(bool on) {
    for (const auto& dispatcher : dispatchers_)
        for (const auto& loop : dispatcher->plugins_)
            loop->set_measured(on || loop->plugin().call_budget_ns() != 0);
}

}  // namespace grapnel
