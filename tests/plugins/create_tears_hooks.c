/* create answers a table that ends in the middle of an entry. */
#include <grapnel/plugin.h>

static const gn_hooks hooks = {.size = offsetof(gn_hooks, on_stopped) + 4};

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** out) {
    (void)host;
    (void)config;
    (void)self;
    *out = &hooks;
    return GN_OK;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "create_tears_hooks",
    "1",
    NULL,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
