#pragma once

#include <memory>

#include "admin/api.h"
#include "admin/trace_desk.h"
#include "server/broker.h"

namespace grapnel {

// The clients, and what an operator may do to one: list, look, disconnect, drop, trace. The broker
// outlives the routes.
void add_client_routes(Api& api, Broker& broker, const std::shared_ptr<TraceDesk>& traces);

}  // namespace grapnel
