#pragma once

#include "admin/api.h"
#include "server/broker.h"

namespace grapnel {

// POST /publish: a message, as a plugin would publish it.
void add_publish_routes(Api& api, Broker& broker);

}  // namespace grapnel
