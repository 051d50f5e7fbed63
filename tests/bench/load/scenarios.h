#pragma once

#include "options.h"
#include "report.h"

namespace grapnel::load {

// One function a mode: each does its run and writes what it found.

// Of throughput and of wildcards: CPU time per delivery while publishers send as fast as they may.
void measure_throughput(const Options& options, Report& report);
// Time until delivery of messages on a schedule that does not wait for the broker.
void measure_latency(const Options& options, Report& report);
// What connections cost to open and to keep.
void measure_connections(const Options& options, Report& report);
// What retained messages cost to store, and to read through a new subscription.
void measure_retained(const Options& options, Report& report);

}  // namespace grapnel::load
