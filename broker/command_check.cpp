#include <cstdio>

#include "command.h"

namespace grapnel {

int command_check(const Arguments& arguments) {
    const auto options = ConfigOptions::parse(arguments);
    if (!options) return kExitUsage;
    const auto config = options->open_or_print();
    if (!config) return kExitUsage;
    std::printf("%s: no faults, %zu %s, %zu %s\n", options->file.c_str(), config->listeners.size(),
                config->listeners.size() == 1 ? "listener" : "listeners",
                config->plugin_entries.size(),
                config->plugin_entries.size() == 1 ? "plugin" : "plugins");
    return kExitSuccess;
}

}  // namespace grapnel
