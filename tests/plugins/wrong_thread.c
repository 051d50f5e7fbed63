/* Calls functions that belong to a loop from a thread of its own, and logs "wrong thread refused"
 * when all were refused. */
#include <pthread.h>

#include "text.h"

typedef struct job {
    gn_call* call;
    gn_client* client;
    gn_packet* packet;
    int refused;
} job;

static void nothing(void* argument) { (void)argument; }
static void receive(void* argument, gn_call* call, const gn_packet* packet) {
    (void)argument;
    (void)call;
    (void)packet;
}

static void* run(void* argument) {
    job* work = argument;
    const gn_host* host = work->call->host;
    gn_packet_view view;
    gn_client_view about;
    view.size = sizeof view;
    about.size = sizeof about;
    work->refused = host->packet->view(work->packet, &view) == GN_E_THREAD &&
                    host->packet->set_qos(work->packet, 0) == GN_E_THREAD &&
                    host->client->view(work->client, &about) == GN_E_THREAD &&
                    host->client->slot(host, work->client) == NULL &&
                    host->core->defer(work->call) == 0 &&
                    host->core->subscribe(host, str("a"), 1, receive, NULL) == GN_E_THREAD &&
                    host->loop->work(work->call->loop, nothing, NULL, NULL) == GN_E_THREAD &&
                    host->loop->timer_start(work->call->loop, 1, 0, nothing, NULL) == 0 &&
                    host->loop->uv(work->call->loop, 0) == NULL;
    return NULL;
}

static gn_verdict on_publish(gn_call* call, gn_client* client, gn_packet* packet) {
    pthread_t thread;
    job work = {call, client, packet, 0};
    if (pthread_create(&thread, NULL, run, &work) != 0) return GN_V_REJECT;
    pthread_join(thread, NULL);
    call->host->core->log(call->host, GN_LOG_INFO,
                          str(work.refused ? "wrong thread refused" : "wrong thread taken"));
    return GN_V_CONTINUE;
}

static const gn_hooks hooks = {.size = sizeof(gn_hooks), .on_publish = on_publish};

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC,
    sizeof(gn_plugin),
    1,
    0,
    0,
    0,
    "wrong_thread",
    "1",
    &hooks,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
};
