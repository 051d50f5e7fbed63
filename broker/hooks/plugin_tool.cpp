#include <cstdio>

#include "hooks/abi.h"
#include "hooks/plugin.h"

namespace grapnel {

std::vector<PluginTool> find_tools(const config::Config& config, std::vector<Error>& faults) {
    std::vector<PluginTool> tools;
    for (const config::Plugin& settings : config.plugin_entries) {
        auto file = PluginFile::open(settings, config.plugins.search);
        if (!file) {
            faults.push_back(Error{"plugin " + settings.id + ": " + file.error().text});
        } else if (GN_HAS(file.value().entry, tool)) {
            tools.push_back({&settings, file.value()});
        }
    }
    return tools;
}

int Plugin::run_tool(const config::Node* node, const std::vector<std::string_view>& words) const {
    constexpr int kFailed = 1;
    std::vector<gn_str> texts;
    for (const std::string_view word : words) texts.push_back(to_abi(word));
    std::string fault;
    try {
        return file_.entry->tool(&host_, reinterpret_cast<const gn_node*>(node),
                                 static_cast<uint32_t>(texts.size()), texts.data());
    } catch (const std::exception& thrown) {
        fault = thrown.what();
    } catch (...) {
        fault = "threw something that is no exception";
    }
    std::fprintf(stderr, "grapnel: plugin %s: %s\n", id_.c_str(), fault.c_str());
    return kFailed;
}

}  // namespace grapnel
