/* Takes `number` milliseconds for its event, and has no opinion. */
#include <time.h>

#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call* call) {
    struct timespec left;
    (void)call;
    left.tv_sec = plugin->number / 1000;
    left.tv_nsec = plugin->number % 1000 * 1000000;
    while (nanosleep(&left, &left) != 0) continue;
    return GN_V_CONTINUE;
}

ONE_EVENT_PLUGIN("dawdles", 0)
