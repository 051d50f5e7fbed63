#pragma once

#include <cstdint>

#include "base/ref.h"
#include "session/identifiers.h"
#include "topics/message.h"
#include "topics/shared_group.h"

namespace grapnel {

// A message on its way to one session, as that session will see it.
struct Delivery {
    Ref<Message> message;
    Ref<SharedGroup> group;  // through which shared subscription; null: none
    Identifiers identifiers;
    uint64_t order = 0;  // place among the session's QoS > 0 deliveries; kept across restarts
    uint8_t qos = 0;
    bool retain = false;  // as the receiver sees it
};

}  // namespace grapnel
