/* create refuses, with a reason. */
#include <grapnel/plugin.h>

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    const gn_str why = {"the database is on fire", 23};
    (void)config;
    (void)self;
    (void)hooks;
    host->core->fail(host, why);
    return GN_E_IO;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "create_fails",
    "1",
    NULL,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
