/* Asks for a ticket, answers at once, and completes the ticket afterwards with the opposite. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_core_api* core = call->host->core;
    if (plugin->kept != 0) {
        const gn_status status = core->complete(call->host, plugin->kept, GN_V_DENY);
        say(plugin,
            status == GN_E_GONE ? "unasked completion refused" : "unasked completion taken");
    }
    plugin->kept = core->defer(call);
    return (gn_verdict)plugin->number;
}

ONE_EVENT_PLUGIN("completes_unasked", 0)
