/* Says "later" without ever having asked for a ticket. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    (void)plugin;
    (void)call;
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("defers_without_ticket", 0)
