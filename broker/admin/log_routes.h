#pragma once

#include "admin/api.h"

namespace grapnel {

// GET and PUT /log/level: that of the calling thread's log.
void add_log_routes(Api& api);

}  // namespace grapnel
