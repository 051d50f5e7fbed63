/* A function stands where the entry belongs. */
#include <stddef.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT void* gn_plugin_entry(void);
EXPORT void* gn_plugin_entry(void) { return NULL; }
