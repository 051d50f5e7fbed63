/* Built for another major of the ABI. */
#include <grapnel/plugin.h>

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    GN_ABI_MAJOR + 1,
    0,
    0,
    0,
    "other_major",
    "1",
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
