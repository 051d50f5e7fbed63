#pragma once

#include <memory>

#include "admin/api.h"
#include "admin/slices.h"
#include "server/broker.h"

namespace grapnel {

// GET /subscriptions: the filters that there are, and how many subscribed to each.
void add_subscription_routes(Api& api, Broker& broker, const std::shared_ptr<Slices>& slices);

}  // namespace grapnel
