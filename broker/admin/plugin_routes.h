#pragma once

#include "admin/api.h"
#include "server/broker.h"

namespace grapnel {

// GET /plugins, and POST /reload, which answers with them.
void add_plugin_routes(Api& api, Broker& broker);

}  // namespace grapnel
