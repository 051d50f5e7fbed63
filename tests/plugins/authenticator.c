/* Enhanced authentication with the method "echo": the server challenges with "say it", the client
 * must answer "it", and the final packet carries "well said". Any other method is none of its
 * business. With `later` = true every step is deferred and completed by a post. */
#include <stdlib.h>

#include "text.h"

typedef struct step {
    const gn_host* host;
    gn_ticket ticket;
    gn_answer answer;
} step;

static int later;

static void complete(void* argument) {
    step* work = argument;
    work->host->core->answer(work->host, work->ticket, &work->answer);
    free(work);
}

static gn_verdict answer(gn_call* call, gn_verdict verdict, const char* data) {
    const gn_core_api* core = call->host->core;
    gn_ticket ticket = later ? core->defer(call) : 0;
    if (ticket != 0) {
        step* work = calloc(1, sizeof *work);
        if (work == NULL) return GN_V_DENY;
        work->host = call->host;
        work->ticket = ticket;
        work->answer.size = sizeof work->answer;
        work->answer.verdict = verdict;
        work->answer.challenge = str(data);
        if (verdict == GN_V_DENY) work->answer.reason = 0x87;
        call->host->loop->post(call->loop, complete, work);
        return GN_V_DEFER;
    }
    if (verdict == GN_V_DENY) core->reason(call, 0x87, str("not what was asked for"));
    if (data[0] != '\0') core->challenge(call, str(data));
    return verdict;
}

static gn_verdict on_connect_authenticate(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_connect_view view;
    (void)client;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (call->host->packet->connect(packet, &view) != GN_OK || !is(view.auth_method, "echo"))
        return GN_V_CONTINUE;
    return answer(call, GN_V_CHALLENGE, "say it");
}

static gn_verdict on_auth_packet(gn_call* call, gn_client* client, gn_packet* packet) {
    gn_packet_view view;
    gn_str method = {NULL, 0};
    gn_str data = {NULL, 0};
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    call->host->packet->view(packet, &view);
    call->host->packet->prop_str(packet, 0x15, &method);
    call->host->packet->prop_str(packet, 0x16, &data);
    if (!is(method, "echo")) return GN_V_CONTINUE;
    if (view.reason == 0x19) return answer(call, GN_V_CHALLENGE, "say it again");
    if (!is(data, "it")) return answer(call, GN_V_DENY, "");
    call->host->client->set_username(client, str("echoed"));
    return answer(call, GN_V_ALLOW, "well said");
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks),
                               .on_connect_authenticate = on_connect_authenticate,
                               .on_auth_packet = on_auth_packet};

static gn_status create(const gn_host* host, const gn_node* config, void** self,
                        const gn_hooks** table) {
    (void)self;
    (void)table;
    later = flag(host, config, "later");
    return GN_OK;
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "authenticator",
    "1",
    &hooks,
    create,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
