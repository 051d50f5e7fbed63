/* Defers one event and forgets it. Where it may not defer it has no opinion. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    (void)plugin;
    return call->host->core->defer(call) != 0 ? GN_V_DEFER : GN_V_CONTINUE;
}

ONE_EVENT_PLUGIN("never_completes", 0)
