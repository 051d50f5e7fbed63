/* Says "later" whether it got a ticket or not; a ticket it completes at once with `number`. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_core_api* core = call->host->core;
    const gn_ticket ticket = core->defer(call);
    if (ticket != 0) core->complete(call->host, ticket, (gn_verdict)plugin->number);
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("defers_anyway", 0)
