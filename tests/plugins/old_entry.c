/* Built with a header whose gn_plugin ended with destroy; what lies behind it is not an entry of
 * the table. */
#include <grapnel/plugin.h>

static int32_t no_tool(const gn_host* host, const gn_node* config, uint32_t argc,
                       const gn_str* argv) {
    (void)host;
    (void)config;
    (void)argc;
    (void)argv;
    return 99;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,    offsetof(gn_plugin, tool),
    1,           0,
    0,           0,
    "old_entry", "1",
    NULL,        NULL,
    NULL,        NULL,
    NULL,        NULL,
    no_tool,
};
