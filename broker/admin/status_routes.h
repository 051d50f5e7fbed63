#pragma once

#include "admin/api.h"
#include "server/broker.h"

namespace grapnel {

// GET /status: the broker in numbers.
void add_status_routes(Api& api, Broker& broker);

}  // namespace grapnel
