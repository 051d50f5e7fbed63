/* The entry says that it is longer than what the library has. */
#include <grapnel/plugin.h>

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, 4096, 1, 0, 0, 0, "long_entry", "1", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};
