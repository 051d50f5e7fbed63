// Has a command line: answers how many words there are, or throws when the first one says so.
#include <grapnel/plugin.h>

#include <stdexcept>
#include <string_view>

static int32_t tool(const gn_host* host, const gn_node*, uint32_t argc, const gn_str* argv) {
    if (std::string_view(argv[0].ptr, argv[0].len) == "throw") throw std::runtime_error("thrown");
    return std::string_view(host->data_dir) == "/data" ? static_cast<int32_t>(argc) : -1;
}

extern "C" GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,       0,       0,       0,       "has_tool", "1",
    nullptr,  nullptr,           nullptr, nullptr, nullptr, nullptr, tool,
};
