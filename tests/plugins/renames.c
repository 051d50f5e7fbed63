/* Gives each client that sends a username that name as its id. */
#include "text.h"

static gn_verdict on_connect(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_client_view view = {.size = sizeof view};
    (void)packet;
    call->host->client->view(client, &view);
    if (view.username.len != 0) call->host->client->set_id(client, view.username);
    return GN_V_CONTINUE;
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks), .on_connect = on_connect};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    .magic = GN_MAGIC,
    .size = sizeof(gn_plugin),
    .abi_major = GN_ABI_MAJOR,
    .abi_minor = 0,
    .flags = GN_PLUGIN_CONCURRENT,
    .name = "renames",
    .version = "1.0",
    .hooks = &hooks,
};
