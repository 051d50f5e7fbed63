#pragma once

#include "admin/client_filter.h"
#include "admin/reply.h"
#include "server/broker.h"

namespace grapnel {

// Answers with the page of clients that the filter asks for. Every worker looks through its
// sessions, some in each of its turns, so that traffic goes on meanwhile. Web thread.
void list_clients(Broker& broker, ClientFilter filter, const Reply& reply);

}  // namespace grapnel
