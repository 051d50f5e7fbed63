#pragma once

#include <span>

#include "server/outgoing.h"
#include "session/session.h"
#include "stats/counters.h"

namespace grapnel {

class Worker;
struct DeliveryFacts;

// Gives messages to sessions: at once while the client's window and socket allow it, else through
// the session's queue, in order. A view of the worker, made where it is needed. Loop thread.
class Sender {
public:
    explicit Sender(Worker& worker) : worker_(worker) {}

    // One message for one session, access checked already. `qos` and `retain` are as this receiver
    // gets it. False when it was dropped (and counted, and told to plugins).
    bool deliver(Session& session, Outgoing& message, uint8_t qos, bool retain,
                 std::span<const uint32_t> identifiers, const Ref<SharedGroup>& group = {});

    // Sends what may be sent now: first what is owed from an earlier connection, then the queue,
    // then retained messages of new subscriptions. After an acknowledgement, a drained socket or
    // CONNACK.
    void pump(Session& session);

    // A new connection took the session over: the send quota starts anew (4.9) and everything
    // unacknowledged is sent again in its order (4.4).
    void restart(Session& session);

    // The client acknowledged `packet_id`: forgets the entry and gives its quota back.
    Delivery settle(Session& session, uint16_t packet_id);

    // Drops what expired in the queue, at most once a second. Requires: session.outbound.
    void drop_expired(Session& session);

    // What a replay still owed when its connection ended goes to the queue, QoS 0 is forgotten.
    // What this turn has no time to look up waits for the next connection.
    void keep_replay(Session& session);

    // Counts a message that the session does not get, and tells plugins.
    void dropped(Session& session, const Ref<Message>& message, DropReason reason);
    // The same for one that was queued or inflight: stores forget it too.
    void discard(Session& session, const Delivery& delivery, uint16_t packet_id, DropReason reason);

private:
    bool full(const Connection& connection, bool publishers_wait) const;
    bool make_way(Connection& connection, const Outgoing& message);
    bool enqueue(Session& session, Delivery delivery);
    bool make_room(Session& session, Outbound& outbound, size_t bytes);
    void send_new(Session& session, Delivery delivery, Outgoing& message, bool was_queued);
    void resend(Session& session, uint16_t packet_id);
    bool pump_resend(Session& session);
    void pump_queue(Session& session);
    void pump_replay(Session& session);
    bool look_up(Session& session, Replay& replay);
    bool still_due(const Message& message, bool fresh) const;
    bool deliver_retained(Session& session, const Replay::Item& item, uint8_t qos);
    bool window_open(const Session& session, const Outbound& outbound) const;
    void tell_exhausted(Session& session, const Delivery& delivery);
    void tell_qos_publish(Session& session, const Delivery& delivery, const DeliveryFacts& facts,
                          int64_t sent_ms);

    Worker& worker_;
};

}  // namespace grapnel
