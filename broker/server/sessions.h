#pragma once

#include <cstdint>
#include <memory>

#include "mqtt/reason.h"
#include "server/connection.h"
#include "session/session.h"

namespace grapnel {

class Worker;

// Beginning, leaving and end of sessions (MQTT 5.0, 3.1.2.4, 3.1.2.11.2, 4.1). A view of the
// worker. Loop thread.
class Sessions {
public:
    explicit Sessions(Worker& worker) : worker_(worker) {}

    // The session that the client of this handshake gets: the old one (`present` = true), taken
    // over from its connection if it has one, or a new one. The old one ends first when the client
    // wants a clean start, when it had no expiry, or when it belongs to another user. `client`
    // moves into the session.
    Session& establish(ClientInfo&& client, bool& present);

    // The connection is about to end: its will is sent, delayed or (`orderly`) forgotten, plugins
    // are told, and the session ends or waits for its client.
    void detach(Connection& connection, mqtt::Reason reason, Bytes why, bool orderly);

    // Ends the session: its will, if one waits, is sent; its subscriptions go; what was queued
    // through shared subscriptions goes to other members. `expired`: its time was up. The object
    // lives until the end of the turn.
    void end(Session& session, bool expired);

    // Arms or disarms the session's deadline. After anything that changes expiry or will.
    void arm(Session& session);

    // A session without client, as a store gave it back.
    Session& restore(ClientInfo&& client);

private:
    static void on_deadline(Timer& session);
    void drop_subscriptions(Session& session);
    void drop_outbound(Session& session);
    Session& create(ClientInfo&& client);

    Worker& worker_;
};

}  // namespace grapnel
