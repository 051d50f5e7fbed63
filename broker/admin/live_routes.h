#pragma once

#include "admin/api.h"
#include "admin/live.h"
#include "server/broker.h"

namespace grapnel {

// GET /history, and the streams GET /events and GET /log. `live` outlives the web thread.
void add_live_routes(Api& api, Broker& broker, Live& live);

}  // namespace grapnel
