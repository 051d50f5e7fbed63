/* As built against a smaller header: the table ends after on_started, what follows must not be
 * read. */
#include <grapnel/plugin.h>

#include <stddef.h>

static void on_started(gn_call* call) {
    const gn_str text = {"old plugin started", 18};
    call->host->core->log(call->host, GN_LOG_INFO, text);
}

static gn_verdict never(gn_call* call, gn_client* client, gn_packet* packet) {
    (void)call;
    (void)client;
    (void)packet;
    return GN_V_DENY;
}

static const gn_hooks hooks = {
    .size = offsetof(gn_hooks, on_stopped), .on_started = on_started, .on_connect = never};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1, 0, 0, 0, "old_hooks", "1", &hooks, NULL, NULL, NULL, NULL, NULL,
    NULL,
};
