/* Chooses among the members of shared groups by the payload: "pick:ID" picks that member, "drop:ID"
 * drops it, "drop:*" drops all. */
#include <grapnel/plugin.h>

#include <string.h>

static void on_select_subscribers(gn_call* call, gn_targets* targets, const gn_packet* packet) {
    const gn_packet_api* api = call->host->packet;
    gn_publish_view view;
    gn_target target;
    uint32_t i;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (api->publish(packet, &view) != GN_OK || view.payload.len < 6) return;
    for (i = 0;; ++i) {
        const char* id = view.payload.ptr + 5;
        const size_t id_len = view.payload.len - 5;
        memset(&target, 0, sizeof target);
        target.size = sizeof target;
        if (api->target(targets, i, &target) != GN_OK) return;
        if (!(id_len == 1 && *id == '*') &&
            !(target.client_id.len == id_len && memcmp(target.client_id.ptr, id, id_len) == 0))
            continue;
        if (memcmp(view.payload.ptr, "pick:", 5) == 0) api->pick_target(targets, i);
        if (memcmp(view.payload.ptr, "drop:", 5) == 0) api->drop_target(targets, i);
    }
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks),
                               .on_select_subscribers = on_select_subscribers};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    GN_PLUGIN_CONCURRENT,
    0,
    "picker",
    "1",
    &hooks,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
