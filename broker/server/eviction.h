#pragma once

#include "base/bytes.h"
#include "mqtt/reason.h"

namespace grapnel {

class Worker;

// What somebody else than the client does to it. The worker is its home. Loop thread. False: there
// is none.

// Ends its connection for that reason, which a v5 client is told.
bool disconnect_client(Worker& worker, Bytes client_id, mqtt::Reason reason);
// Ends its session too, if it has a connection or not.
bool drop_session(Worker& worker, Bytes client_id, mqtt::Reason reason);

}  // namespace grapnel
