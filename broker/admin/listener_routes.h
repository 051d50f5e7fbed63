#pragma once

#include "admin/api.h"
#include "server/broker.h"

namespace grapnel {

// GET /listeners, GET and DELETE /bans: where clients come in, and who may not.
void add_listener_routes(Api& api, Broker& broker);

}  // namespace grapnel
