/* The entry does not begin with GN_MAGIC. */
#include <grapnel/plugin.h>

GN_EXPORT const gn_plugin gn_plugin_entry = {
    0x12345678u,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "wrong_magic",
    "1",
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
