/* Lets clients in whose id begins with "late" as many ms after they asked as their username says,
 * or 5; has no opinion about others. */
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { DELAY_MS = 5 };

typedef struct question {
    const gn_host* host;
    gn_ticket ticket;
} question;

static void admit(void* argument) {
    question* asked = argument;
    asked->host->core->complete(asked->host, asked->ticket, GN_V_ALLOW);
    free(asked);
}

static uint64_t delay_ms(gn_str username) {
    uint64_t value = 0;
    uint32_t i;
    for (i = 0; i < username.len; ++i) value = value * 10 + (uint64_t)(username.ptr[i] - '0');
    return username.len == 0 ? DELAY_MS : value;
}

static gn_verdict on_connect_authenticate(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_client_view view = {.size = sizeof view};
    question* asked;
    (void)packet;
    call->host->client->view(client, &view);
    if (view.id.len < 4 || memcmp(view.id.ptr, "late", 4) != 0) return GN_V_CONTINUE;
    asked = malloc(sizeof *asked);
    if (asked == NULL) return GN_V_DENY;
    asked->host = call->host;
    asked->ticket = call->host->core->defer(call);
    if (asked->ticket == 0 ||
        call->host->loop->timer_start(call->loop, delay_ms(view.username), 0, admit, asked) == 0) {
        free(asked);
        return GN_V_DENY;
    }
    return GN_V_DEFER;
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks),
                               .on_connect_authenticate = on_connect_authenticate};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    .magic = GN_MAGIC,
    .size = sizeof(gn_plugin),
    .abi_major = GN_ABI_MAJOR,
    .abi_minor = 0,
    .flags = GN_PLUGIN_CONCURRENT,
    .name = "admits_later",
    .version = "1.0",
    .hooks = &hooks,
};
