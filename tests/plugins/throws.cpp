// Lets a C++ exception out of one event; of a kind that is no std::exception with number = 1.
#include <stdexcept>

#include "one_event.h"

static gn_verdict decide(instance* plugin, gn_call*) {
    if (plugin->number == 1) throw 42;
    throw std::runtime_error("thrown on purpose");
}

ONE_EVENT_PLUGIN("throws", GN_PLUGIN_CONCURRENT)
