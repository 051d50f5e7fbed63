#pragma once

#include <memory>

#include "admin/api.h"
#include "admin/slices.h"
#include "server/broker.h"

namespace grapnel {

// GET and DELETE /retained, GET /retained/message.
void add_retained_routes(Api& api, Broker& broker, const std::shared_ptr<Slices>& slices);

}  // namespace grapnel
