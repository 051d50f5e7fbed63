#pragma once

#include <grapnel/plugin.h>

#include "hooks/stored.h"

namespace grapnel {

// Where records go while a store gives them: the server implements it. Main thread, inside a call
// of the plugin: what has to wait for somebody waits for a bounded time only. Kinds come in the
// order of the functions from each plugin; messages of a client come in no order, `order` says it.
class RestoreTarget {
public:
    virtual void client(StoredClient&& client) = 0;
    virtual void subscription(StoredSubscription&& subscription) = 0;
    virtual void message(StoredMessage&& message) = 0;
    virtual void retained(Ref<Message> message) = 0;
    virtual void sysinfo(const gn_sysinfo& info) = 0;

protected:
    ~RestoreTarget() = default;
};

}  // namespace grapnel
