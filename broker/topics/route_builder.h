#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "topics/route.h"
#include "topics/subscriber_set.h"

namespace grapnel {

// Puts matching subscriptions and groups together to a Route: one target per session, ordered by
// worker and session. Reorders `subscribers`. Requires: each subscriber's worker is less than
// `workers`.
Ref<const Route> build_route(std::span<Subscriber> subscribers,
                             std::vector<Ref<SharedGroup>> groups, uint16_t workers);

}  // namespace grapnel
