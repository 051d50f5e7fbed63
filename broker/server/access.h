#pragma once

#include "hooks/dispatcher.h"
#include "server/outgoing.h"
#include "session/session.h"

namespace grapnel {

class Worker;

// Asks plugins for access to topics, and remembers the answers they call cacheable.

// May this session be given this message? Asked at every delivery; never deferred.
bool may_deliver(Worker& worker, ClientInfo& client, Outgoing& message);

// May the client publish to / subscribe to `topic`? `topic_hash` is its BytesHash. Waiter null:
// must be answered at once. Verdicts are allow, deny or deferred. A deferred answer is not
// remembered.
Outcome check_access(Worker& worker, ClientInfo& client, Bytes topic, size_t topic_hash,
                     Access access, Waiter* waiter);

// Is it remembered that the client may? Then the topic was found to be valid, too.
bool access_remembered(Worker& worker, ClientInfo& client, size_t topic_hash, Access access);

}  // namespace grapnel
