/* Defers one event and completes it with `number` from a thread of its own. */
#include <pthread.h>

#include "one_event.h"

typedef struct job {
    const gn_host* host;
    gn_ticket ticket;
    gn_verdict verdict;
} job;

static void* run(void* argument) {
    job* work = (job*)argument;
    work->host->core->complete(work->host, work->ticket, work->verdict);
    free(work);
    return NULL;
}

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_ticket ticket = call->host->core->defer(call);
    pthread_t thread;
    job* work;
    if (ticket == 0) return GN_V_CONTINUE;
    work = (job*)malloc(sizeof *work);
    if (work == NULL) return GN_V_DENY;
    work->host = call->host;
    work->ticket = ticket;
    work->verdict = (gn_verdict)plugin->number;
    if (pthread_create(&thread, NULL, run, work) != 0) {
        free(work);
        return GN_V_DENY;
    }
    pthread_detach(thread);
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("completes_from_thread", GN_PLUGIN_CONCURRENT)
