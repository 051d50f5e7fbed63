#include <algorithm>
#include <utility>

#include "hooks/host.h"
#include "hooks/plugin_exchange.h"

namespace grapnel {

namespace {

bool has(const std::vector<PluginState>& states, const std::string& id) {
    return std::any_of(states.begin(), states.end(),
                       [&id](const PluginState& state) { return state.id == id; });
}

}  // namespace

std::vector<PluginState> HookHost::plugin_states() const {
    std::vector<PluginState> states;
    for (const auto& plugin : plugins_) states.push_back(state_of(*plugin));
    if (exchange_)
        for (const auto& plugin : exchange_->added())
            if (!has(states, plugin->id())) states.push_back(state_of(*plugin));
    std::vector<PluginState> past = refused_;
    for (const auto& plugin : retired_)
        if (plugin->life().known()) past.push_back(state_of(*plugin));
    std::stable_sort(past.begin(), past.end(), [](const PluginState& a, const PluginState& b) {
        return a.since_ms > b.since_ms;
    });
    for (PluginState& state : past)
        if (!has(states, state.id)) states.push_back(std::move(state));
    return states;
}

std::shared_ptr<const std::vector<PluginState>> HookHost::noted_states() const {
    const std::lock_guard lock(noted_lock_);
    return noted_;
}

void HookHost::note_states() {
    auto states = std::make_shared<const std::vector<PluginState>>(plugin_states());
    const std::lock_guard lock(noted_lock_);
    noted_.swap(states);
}

void HookHost::note_refused(const config::Plugin& entry, const config::Config& config,
                            std::string fault) {
    std::erase_if(refused_, [&entry](const PluginState& one) { return one.id == entry.id; });
    if (refused_.size() == kPluginsMax) refused_.erase(refused_.begin());
    PluginState& state = refused_.emplace_back();
    state.id = entry.id;
    state.file = find_library(entry, config.plugins.search);
    state.source = source_of(entry);
    state.required = entry.required;
    state.phase = PluginPhase::failed;
    state.since_ms = port_.wall_ms();
    state.failure = std::move(fault);
}

void HookHost::forget_failures(const config::Config& config) {
    const auto& entries = config.plugin_entries;
    const auto gone = [&entries](const std::string& id) {
        return std::none_of(entries.begin(), entries.end(),
                            [&id](const config::Plugin& entry) { return entry.id == id; });
    };
    std::erase_if(refused_, [&gone](const PluginState& state) { return gone(state.id); });
    for (const auto& plugin : retired_)
        if (gone(plugin->id())) plugin->life().forget_failure();
}

std::vector<HookHost::Inside> HookHost::inside_plugins() const {
    std::vector<Inside> inside;
    for (const auto& dispatcher : dispatchers_) {
        const CurrentThread* thread = dispatcher->thread();
        if (thread == nullptr) continue;
        const Whereabouts where = thread->whereabouts();
        if (where.plugin != nullptr) inside.push_back({dispatcher->loop(), where});
    }
    return inside;
}

}  // namespace grapnel
