/* Needs a later minor of the ABI than the broker has. */
#include <grapnel/plugin.h>

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    GN_ABI_MAJOR,
    GN_ABI_MINOR + 7,
    0,
    0,
    "newer_minor",
    "1",
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
