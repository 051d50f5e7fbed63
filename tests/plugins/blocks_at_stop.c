/* Blocks every loop for good in loop_stop. */
#include <grapnel/plugin.h>

#include <unistd.h>

static void loop_stop(void* loop_self, gn_ticket done) {
    (void)loop_self;
    (void)done;
    for (;;) pause();
}

static gn_status loop_start(void* self, gn_loop* loop, void** loop_self) {
    (void)self;
    *loop_self = loop;
    return GN_OK;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,         0,    0,    0, "blocks_at_stop", "1", NULL, NULL,
    NULL,     loop_start,        loop_stop, NULL, NULL,
};
