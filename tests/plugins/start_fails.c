/* loop_start refuses. */
#include <grapnel/plugin.h>

static gn_status loop_start(void* self, gn_loop* loop, void** loop_self) {
    (void)self;
    (void)loop;
    (void)loop_self;
    return GN_E_IO;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,    0,    0,    0, "start_fails", "1", NULL, NULL,
    NULL,     loop_start,        NULL, NULL, NULL,
};
