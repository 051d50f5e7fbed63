/* The hooks table says that it ends in the middle of an entry. */
#include <grapnel/plugin.h>

static const gn_hooks hooks = {.size = offsetof(gn_hooks, on_stopped) + 4};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "torn_hooks",
    "1",
    &hooks,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
