/* Defers, and answers `number` milliseconds later; it logs what the host says to that. */
#include "one_event.h"

typedef struct later {
    const gn_host* host;
    gn_ticket ticket;
} later;

static void complete(void* argument) {
    later* work = (later*)argument;
    const gn_core_api* core = work->host->core;
    const gn_status status = core->complete(work->host, work->ticket, GN_V_ALLOW);
    core->log(work->host, GN_LOG_INFO,
              str(status == GN_E_GONE ? "late answer refused" : "late answer taken"));
    free(work);
}

static gn_verdict decide(instance* plugin, gn_call* call) {
    later* work = (later*)malloc(sizeof *work);
    if (work == NULL) return GN_V_DENY;
    work->host = call->host;
    work->ticket = call->host->core->defer(call);
    if (work->ticket == 0 || call->host->loop->timer_start(call->loop, (uint64_t)plugin->number, 0,
                                                           complete, work) == 0) {
        free(work);
        return GN_V_DENY;
    }
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("answers_too_late", 0)
