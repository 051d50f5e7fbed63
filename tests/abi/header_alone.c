/* The plugin header compiles alone, as C99 to C++20, without a warning and without padding. It must
 * be the first and only header here. */
#include <grapnel/plugin.h>

typedef char entry_is_constant[sizeof(gn_plugin_entry) == sizeof(gn_plugin) ? 1 : -1];
