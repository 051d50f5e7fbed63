/* Built for an ABI whose entry is shorter than ours: its version is what there is to say. */
#include <stdint.h>

typedef struct other_entry {
    uint32_t magic, size, abi_major, abi_minor;
} other_entry;

#define EXPORT __attribute__((visibility("default")))

extern EXPORT const other_entry gn_plugin_entry;
EXPORT const other_entry gn_plugin_entry = {0x314e5247u, sizeof(other_entry), 2, 0};
