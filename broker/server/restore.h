#pragma once

#include "hooks/stored.h"

namespace grapnel {

struct Core;
class Worker;

// What a store gave back, put in its place before listeners open.

// Retained messages that have not expired. Main thread, no worker publishes yet.
void restore_retained(Core& core, const StoredRecords& records);

// The sessions at home on this worker: expiry counts from the moment their client left, also while
// the broker was down; those whose time was up end here. Loop thread.
void restore_sessions(Worker& worker, const StoredRecords& records);

}  // namespace grapnel
