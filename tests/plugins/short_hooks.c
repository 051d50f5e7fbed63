/* The hooks table does not even hold its own head. */
#include <grapnel/plugin.h>

static const gn_hooks hooks = {.size = 4};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "short_hooks",
    "1",
    &hooks,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
