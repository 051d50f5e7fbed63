#pragma once

#include <string>

#include "ctl/session.h"

namespace grapnel::ctl {

// One function a command; each throws Failure when it cannot be done.

// What there is.
void show_status(const Session& session);
void list_clients(const Session& session);
void show_client(const Session& session);
void list_listeners(const Session& session);
void list_subscriptions(const Session& session);
void list_plugins(const Session& session);
void list_bans(const Session& session);
// The list, `get TOPIC` and `delete …`.
void retained(const Session& session);

// What changes something.
void disconnect_client(const Session& session);
void drop_session(const Session& session);
void publish(const Session& session);
void unban(const Session& session);
void reload(const Session& session);
void log_level(const Session& session);

// What goes on until it is interrupted.
void trace_client(const Session& session);
void follow_log(const Session& session);
void watch(const Session& session);

// The number of a reason code of DISCONNECT, from its number (152, 0x98) or its name
// ("server busy", "server-busy"). Throws UsageFailure.
unsigned disconnect_reason(const std::string& text);

}  // namespace grapnel::ctl
