#pragma once

#include <grapnel/plugin.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/fault.h"

namespace grapnel::embed {

// What an embedded broker is started with: settings from a text, and plugins that come from no
// file.
class Settings {
public:
    // The settings of a TOML text; `name` stands where a file's would. With faults they are void.
    Settings(std::string name, std::string_view text, config::Faults& faults);

    // Adds a plugin; `table` holds the TOML of its [[plugin]] table. With faults nothing changes.
    void add_plugin(const gn_plugin& plugin, std::string_view id, std::string_view table,
                    config::Faults& faults);

    // All plugins in the order of their calls, `first` before them.
    config::Config with(const gn_plugin& first) const;
    const config::Config& config() const { return config_; }

    // The id of the plugin that the embedder itself is.
    static constexpr const char* kEmbedder = "embedder";

private:
    bool is_taken(std::string_view id) const;

    config::Config config_;
    std::vector<std::unique_ptr<config::Tree>> tables_;  // of added plugins
};

}  // namespace grapnel::embed
