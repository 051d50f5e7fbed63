#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "command.h"
#include "hooks/plugin.h"

namespace grapnel {
namespace {

constexpr size_t kColumns = 100;
constexpr const char* kIndent = "           ";

const char* text_of(config::OnTimeout what) {
    return what == config::OnTimeout::fail ? "fail" : "skip";
}

// A duration as one would write it into the configuration.
std::string duration_text(uint64_t us) {
    if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
    if (us % 1'000 == 0) return std::to_string(us / 1'000) + "ms";
    return std::to_string(us) + "us";
}

// The words with blanks between, in lines that begin behind the label.
std::string wrapped(const std::vector<std::string_view>& words) {
    std::string text;
    size_t column = std::string_view(kIndent).size();
    for (const std::string_view word : words) {
        if (!text.empty() && column + 1 + word.size() > kColumns) {
            text.append("\n").append(kIndent);
            column = std::string_view(kIndent).size();
        } else if (!text.empty()) {
            text += ' ';
            ++column;
        }
        text += word;
        column += word.size();
    }
    return text;
}

std::string limits_text(const config::Plugin& settings) {
    std::string text =
        "answers that are put off: " + duration_text(settings.defer_timeout_ms * 1000) + ", then " +
        text_of(settings.on_timeout) + "; call budget: ";
    return text + (settings.call_budget_us == 0 ? "none" : duration_text(settings.call_budget_us));
}

void print_plugin(const PluginDescription& plugin) {
    const config::Plugin& settings = *plugin.settings;
    const auto line = [](const char* label, const std::string& text) {
        std::printf("  %-8s %s\n", label, text.c_str());
    };
    std::printf("%s\n", plugin.id.c_str());
    line("file", plugin.file.empty() ? "not found" : plugin.file);
    if (!plugin.name.empty()) {
        line("plugin", plugin.name + " " + plugin.version);
        line("ABI", "asks for " + std::to_string(plugin.abi_major) + "." +
                        std::to_string(plugin.abi_minor) + ", the broker offers " +
                        std::to_string(GN_ABI_MAJOR) + "." + std::to_string(GN_ABI_MINOR));
    }
    line("settings", plugin.source + ", order " + std::to_string(settings.order) +
                         (settings.required ? ", required" : ", not required"));
    line("limits", limits_text(settings));
    if (!plugin.events.empty()) line("events", wrapped(plugin.events));
    if (!plugin.error.empty()) line("error", plugin.error);
}

nlohmann::ordered_json json_of(const PluginDescription& plugin) {
    const auto text = [](const std::string& value) {
        return value.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
    };
    const config::Plugin& settings = *plugin.settings;
    nlohmann::ordered_json out;
    out["id"] = plugin.id;
    out["file"] = text(plugin.file);
    out["name"] = text(plugin.name);
    out["version"] = text(plugin.version);
    out["abi"] = nullptr;
    out["concurrent"] = nullptr;
    if (!plugin.name.empty()) {
        out["abi"] = {{"major", plugin.abi_major}, {"minor", plugin.abi_minor}};
        out["concurrent"] = plugin.concurrent;
    }
    out["source"] = plugin.source;
    out["order"] = settings.order;
    out["required"] = settings.required;
    out["defer_timeout_ms"] = settings.defer_timeout_ms;
    out["on_timeout"] = text_of(settings.on_timeout);
    out["call_budget_us"] = nullptr;
    if (settings.call_budget_us != 0) out["call_budget_us"] = settings.call_budget_us;
    out["events"] = plugin.events;
    out["error"] = text(plugin.error);
    return out;
}

void print_json(const std::vector<PluginDescription>& plugins) {
    nlohmann::ordered_json out;
    out["abi"] = {{"major", GN_ABI_MAJOR}, {"minor", GN_ABI_MINOR}};
    out["plugins"] = nlohmann::ordered_json::array();
    for (const PluginDescription& plugin : plugins) out["plugins"].push_back(json_of(plugin));
    // Texts of a plugin may be no UTF-8.
    const auto replace = nlohmann::ordered_json::error_handler_t::replace;
    std::puts(out.dump(2, ' ', false, replace).c_str());
}

}  // namespace

int command_plugins(const Arguments& arguments) {
    Arguments rest = arguments;
    const bool json = std::erase(rest, "--json") != 0;
    const auto options = ConfigOptions::parse(rest);
    if (!options) return kExitUsage;
    const auto config = options->open_or_print();
    if (!config) return kExitUsage;
    const std::vector<PluginDescription> plugins = describe_plugins(*config);
    if (json)
        print_json(plugins);
    else
        for (const PluginDescription& plugin : plugins) print_plugin(plugin);
    const bool all_load = std::all_of(plugins.begin(), plugins.end(),
                                      [](const auto& plugin) { return plugin.error.empty(); });
    return all_load ? kExitSuccess : kExitFailure;
}

}  // namespace grapnel
