/* Keeps the ticket of the first client, and completes it when the next one asks: by then the first
 * client has left. It logs what the host says. */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_core_api* core = call->host->core;
    if (plugin->kept == 0) {
        plugin->kept = core->defer(call);
        say(plugin, "ticket kept");
        return plugin->kept != 0 ? GN_V_DEFER : GN_V_CONTINUE;
    }
    say(plugin, core->complete(call->host, plugin->kept, GN_V_ALLOW) == GN_E_GONE
                    ? "late completion refused"
                    : "late completion taken");
    return GN_V_CONTINUE;
}

ONE_EVENT_PLUGIN("completes_late", 0)
