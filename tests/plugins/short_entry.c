/* The entry says it is shorter than any released one. */
#include <grapnel/plugin.h>

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, 24, 1, 0, 0, 0, "short_entry", "1", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};
