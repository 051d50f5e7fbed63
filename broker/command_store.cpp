#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "base/log.h"
#include "command.h"
#include "hooks/plugin.h"

namespace grapnel {
namespace {

constexpr const char* kStoreHelpCommand = "grapnel store --help";

// What stands before the words of the plugin, and those.
struct StoreArguments {
    Arguments options;
    std::string store;  // --store ID; empty: the only one
    Arguments words;
};

std::optional<StoreArguments> split(const Arguments& arguments) {
    StoreArguments out;
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (!arguments[i].starts_with('-')) {
            out.words.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
            break;
        }
        if (auto id = option_value(arguments, i, "--store")) {
            out.store = std::move(*id);
            continue;
        }
        if (arguments[i] == "--store") {
            usage_error("--store needs a value", kStoreHelpCommand);
            return std::nullopt;
        }
        out.options.push_back(arguments[i]);
        const bool has_value = arguments[i].find('=') != std::string_view::npos;
        if (!has_value && i + 1 < arguments.size()) out.options.push_back(arguments[++i]);
    }
    return out;
}

std::string ids_of(const std::vector<PluginTool>& tools) {
    std::string ids;
    for (const PluginTool& tool : tools) ids += (ids.empty() ? "" : ", ") + tool.settings->id;
    return ids;
}

int refuse(const std::string& text) {
    std::fprintf(stderr, "grapnel: %s\n", text.c_str());
    return kExitUsage;
}

// The one that is meant; null after what is wrong was said.
const PluginTool* choose(const std::vector<PluginTool>& tools, const std::string& id,
                         const std::string& file) {
    if (tools.empty()) {
        refuse("no plugin of " + file + " is a store that can be looked into");
        return nullptr;
    }
    if (id.empty() && tools.size() == 1) return &tools.front();
    if (id.empty()) {
        refuse("several stores: choose with --store one of " + ids_of(tools));
        return nullptr;
    }
    const auto found = std::find_if(tools.begin(), tools.end(), [&id](const PluginTool& tool) {
        return tool.settings->id == id;
    });
    if (found != tools.end()) return &*found;
    refuse("no store is called " + config::quoted(id) + "; there is " + ids_of(tools));
    return nullptr;
}

}  // namespace

int command_store(const Arguments& arguments) {
    const auto split_up = split(arguments);
    if (!split_up) return kExitUsage;
    if (split_up->words.empty()) return usage_error("store needs a command", kStoreHelpCommand);
    const auto options = ConfigOptions::parse(split_up->options, kStoreHelpCommand);
    if (!options) return kExitUsage;
    const auto config = options->open_or_print();
    if (!config) return kExitUsage;
    log_configure(LogLevel::warn, LogFormat::text);
    std::vector<Error> faults;
    const std::vector<PluginTool> tools = find_tools(*config, faults);
    const PluginTool* const tool = choose(tools, split_up->store, options->file);
    if (tool == nullptr) {
        for (const Error& fault : faults) refuse(fault.text);
        return kExitUsage;
    }
    const Plugin plugin(tool->file, *tool->settings, 0, config->broker.data_dir);
    const int status = plugin.run_tool(tool->settings->config, split_up->words);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    return refuse("standard output cannot be written"), kExitFailure;
}

}  // namespace grapnel
