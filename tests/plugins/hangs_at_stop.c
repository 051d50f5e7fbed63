/* Never completes the ticket of loop_stop. */
#include <grapnel/plugin.h>

static void loop_stop(void* loop_self, gn_ticket done) {
    (void)loop_self;
    (void)done;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,    0,    0, 0, "hangs_at_stop", "1", NULL, NULL, NULL,
    NULL,     loop_stop,         NULL, NULL,
};
