#pragma once

#include <cstdint>

#include "stats/counters.h"

namespace grapnel {

// What went one way between a client and the broker.
struct Traffic {
    uint64_t control_packets = 0;  // all that carry no message
    uint64_t messages = 0;         // PUBLISH packets, repeated ones too
    uint64_t bytes = 0;

    uint64_t packets() const { return control_packets + messages; }
};

// What is counted of one client beyond what nearly all do: made with its first message.
struct Tally {
    Traffic received, sent;               // of the present connection, from then on
    uint32_t dropped[kDropReasons] = {};  // since the session began
};

}  // namespace grapnel
