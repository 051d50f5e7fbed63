#include "embed/settings.h"

#include <algorithm>
#include <utility>

#include "config/check.h"
#include "config/load.h"
#include "config/read.h"
#include "hooks/plugin.h"

namespace grapnel::embed {

namespace {

constexpr size_t kPlugins = 63;  // and the embedder's own: as many as the host takes

}  // namespace

Settings::Settings(std::string name, std::string_view text, config::Faults& faults) {
    auto tree = std::make_shared<config::Tree>();
    config::load_text(text, name, *tree, faults);
    if (const config::Node* include = tree->root().find("include"))
        add_fault(faults, include->where(), "include has its place in files only; remove it");
    config_ = config::read_config(std::move(tree), faults);
    check_config(config_, faults);
    for (const config::Plugin& entry : config_.plugin_entries)
        if (entry.id == kEmbedder)
            add_fault(faults, entry.where,
                      "plugin id " + config::quoted(entry.id) +
                          " is taken by the program that embeds the broker; choose another one");
    sort_faults(faults);
}

bool Settings::is_taken(std::string_view id) const {
    const auto& entries = config_.plugin_entries;
    return id == kEmbedder ||
           std::any_of(entries.begin(), entries.end(),
                       [id](const config::Plugin& entry) { return entry.id == id; });
}

void Settings::add_plugin(const gn_plugin& plugin, std::string_view id, std::string_view table,
                          config::Faults& faults) {
    auto tree = std::make_unique<config::Tree>();
    config::load_text(table, std::string(id), *tree, faults);
    config::Plugin entry = config::read_given_plugin(*tree, id, faults);
    const config::Where where = tree->root().where();
    if (auto checked = PluginFile::given(plugin); !checked)
        add_fault(faults, where, checked.error().text);
    if (is_taken(id))
        add_fault(faults, where, "plugin id " + config::quoted(id) + " is taken; choose another");
    if (config_.plugin_entries.size() >= kPlugins)
        add_fault(faults, where, "one plugin too many: there are " + std::to_string(kPlugins));
    sort_faults(faults);
    if (!faults.empty()) return;
    entry.built_in = &plugin;
    auto& entries = config_.plugin_entries;
    const auto later = [&entry](const config::Plugin& other) { return other.order > entry.order; };
    tables_.push_back(std::move(tree));
    entries.insert(std::find_if(entries.begin(), entries.end(), later), std::move(entry));
}

config::Config Settings::with(const gn_plugin& first) const {
    config::Config all = config_;
    config::Plugin entry;
    entry.id = kEmbedder;
    entry.built_in = &first;
    all.plugin_entries.insert(all.plugin_entries.begin(), std::move(entry));
    return all;
}

}  // namespace grapnel::embed
