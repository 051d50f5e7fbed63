/* Answers one event with the verdict `number`, at once, or deferred when `text` holds "defer". With
 * "reason" it gives the reason code 0x97 and a text along, with "explain" it does so when
 * completing. */
#include "one_event.h"

typedef struct later {
    const gn_host* host;
    gn_ticket ticket;
    gn_verdict verdict;
    int explain;
} later;

static void complete(void* argument) {
    later* work = (later*)argument;
    const gn_core_api* core = work->host->core;
    if (work->explain) {
        gn_answer answer;
        memset(&answer, 0, sizeof answer);
        answer.size = sizeof answer;
        answer.verdict = work->verdict;
        answer.reason = 0x97;
        answer.text = str("explained later");
        answer.challenge = str("data later");
        core->answer(work->host, work->ticket, &answer);
    } else {
        core->complete(work->host, work->ticket, work->verdict);
    }
    free(work);
}

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_core_api* core = call->host->core;
    later* work;
    if (strstr(plugin->text, "reason") != NULL) core->reason(call, 0x97, str("explained"));
    if (strstr(plugin->text, "defer") == NULL) return (gn_verdict)plugin->number;
    work = (later*)malloc(sizeof *work);
    if (work == NULL) return GN_V_DENY;
    work->host = call->host;
    work->ticket = core->defer(call);
    work->verdict = (gn_verdict)plugin->number;
    work->explain = strstr(plugin->text, "explain") != NULL;
    if (work->ticket == 0 || call->host->loop->post(call->loop, complete, work) != GN_OK) {
        free(work);
        say(plugin, "may not defer");
        return (gn_verdict)plugin->number;
    }
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("answers", 0)
