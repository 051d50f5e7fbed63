#pragma once

#include "base/owned_table.h"
#include "session/session.h"

namespace grapnel {

struct SessionId {
    Bytes operator()(const Session& session) const { return session.info.id.bytes(); }
};

// Client id → session of one worker. Home worker only.
using Registry = OwnedTable<Session, SessionId>;

}  // namespace grapnel
