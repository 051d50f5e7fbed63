/* Aborts in create. */
#include <grapnel/plugin.h>

#include <stdlib.h>
#include <sys/resource.h>

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    const struct rlimit none = {0, 0};
    (void)host;
    (void)config;
    (void)self;
    (void)hooks;
    setrlimit(RLIMIT_CORE, &none);
    abort();
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "crashes_in_create",
    "1",
    NULL,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
