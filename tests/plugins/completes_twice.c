/* Completes its ticket twice, before the hook has returned; the second time must be refused. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_core_api* core = call->host->core;
    const gn_ticket ticket = core->defer(call);
    gn_status first;
    gn_status second;
    if (ticket == 0) return GN_V_CONTINUE;
    first = core->complete(call->host, ticket, (gn_verdict)plugin->number);
    second = core->complete(call->host, ticket, GN_V_DENY);
    say(plugin, first == GN_OK && second == GN_E_GONE ? "second completion refused"
                                                      : "second completion taken");
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("completes_twice", 0)
