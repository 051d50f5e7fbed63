/* Blocks for good in its event, after having said so in the log. */
#include <unistd.h>

#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    (void)call;
    say(plugin, "blocking");
    while (pause() == -1) {
    }
    return GN_V_CONTINUE;
}

ONE_EVENT_PLUGIN("blocks", GN_PLUGIN_CONCURRENT)
