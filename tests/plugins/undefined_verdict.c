/* Answers one event with a verdict that does not exist, or that this event does not know: `number`.
 */
#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    (void)call;
    return plugin->number != 0 ? (gn_verdict)plugin->number : 77;
}

ONE_EVENT_PLUGIN("undefined_verdict", GN_PLUGIN_CONCURRENT)
