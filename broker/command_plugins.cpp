#include <cstdio>
#include <string>

#include "command.h"
#include "hooks/plugin.h"

namespace grapnel {
namespace {

void print_plugin(const PluginDescription& plugin) {
    std::printf("%s\n", plugin.id.c_str());
    std::printf("  file     %s\n", plugin.file.empty() ? "not found" : plugin.file.c_str());
    if (!plugin.name.empty()) {
        std::printf("  plugin   %s %s\n", plugin.name.c_str(), plugin.version.c_str());
        std::printf("  ABI      asks for %u.%u, the broker offers %u.%u\n", plugin.abi_major,
                    plugin.abi_minor, unsigned{GN_ABI_MAJOR}, unsigned{GN_ABI_MINOR});
    }
    std::string events;
    for (const std::string_view event : plugin.events) {
        if (!events.empty()) events += ' ';
        events += event;
    }
    if (!events.empty()) std::printf("  events   %s\n", events.c_str());
    if (!plugin.error.empty()) std::printf("  error    %s\n", plugin.error.c_str());
}

}  // namespace

int command_plugins(const Arguments& arguments) {
    const auto options = ConfigOptions::parse(arguments);
    if (!options) return kExitUsage;
    const auto config = options->open_or_print();
    if (!config) return kExitUsage;
    bool all_load = true;
    for (const PluginDescription& plugin : describe_plugins(*config)) {
        print_plugin(plugin);
        all_load = all_load && plugin.error.empty();
    }
    return all_load ? kExitSuccess : kExitFailure;
}

}  // namespace grapnel
