/* Calls the last entry of gn_core_api that ABI 1.0 has. Configuration: asks = false, to do so
 * without asking whether it is there. With each client it says whether it sees all of its view. */
#include <grapnel/plugin.h>

static gn_str str(const char* text, size_t length) {
    const gn_str made = {text, length};
    return made;
}

static gn_verdict on_connect(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_client_view view;
    const gn_host* host = call->host;
    (void)packet;
    view.size = sizeof view;
    if (host->client->view(client, &view) != GN_OK) return GN_V_DENY;
    if (GN_SEES(&view, will_due_ms))
        host->core->log(host, GN_LOG_INFO, str("all of the view", 15));
    else
        host->core->log(host, GN_LOG_INFO, str("a part of the view", 18));
    return GN_V_CONTINUE;
}

static const gn_hooks all_hooks = {.size = sizeof(gn_hooks), .on_connect = on_connect};

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** hooks) {
    int32_t asks = 1;
    (void)self;
    (void)hooks;
    host->config->flag(host->config->get(config, str("asks", 4)), &asks);
    if (asks && !GN_HAS(host->core, failed)) {
        host->core->log(host, GN_LOG_INFO, str("the host is older", 17));
        return GN_OK;
    }
    host->core->failed(NULL, str("outside of a hook, so it says nothing", 37));
    host->core->log(host, GN_LOG_INFO, str("the host is new enough", 22));
    return GN_OK;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,      0,    0,    0,    "asks_too_little",
    "1",      &all_hooks,        create, NULL, NULL, NULL, NULL,
    NULL,
};
