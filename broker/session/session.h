#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ring.h"
#include "base/slots.h"
#include "net/timers.h"
#include "session/client_info.h"
#include "session/delivery.h"
#include "session/inflight.h"
#include "session/received_ids.h"
#include "session/subscriptions.h"
#include "session/tally.h"
#include "topics/retained_lookup.h"
#include "topics/shared_group.h"
#include "topics/subscription.h"

namespace grapnel {

class Connection;

// QoS 1 and 2 on their way to a client: sent and not acknowledged, and waiting behind. Queued
// messages own no packet id.
struct Outbound {
    Inflight inflight;
    Ring<Delivery> queue;
    size_t queued_bytes = 0;   // sum of the queued messages' footprints
    uint32_t quota_used = 0;   // of the connection's send quota (MQTT 5.0, 4.9)
    uint16_t resend_next = 0;  // first inflight entry not yet sent on this connection; 0: all were
    uint64_t told_order = 0;   // up to here plugins know of messages that wait for a packet id
    // Since when it has its connection: what was queued before waited for the client.
    uint64_t timed_from_us = 0;
    // Nothing in the queue expires before (wall clock); 0: nothing does at all.
    int64_t expires_first_ms = 0;
    int64_t expiry_next_look_ms = 0;  // monotonic

    // At the back of the queue.
    void enqueue(Delivery delivery) {
        queued_bytes += delivery.message->footprint();
        const int64_t at_ms = delivery.message->expires_ms();
        if (at_ms != 0 && (expires_first_ms == 0 || at_ms < expires_first_ms))
            expires_first_ms = at_ms;
        queue.push_back(std::move(delivery));
    }
    // From its front. Requires: it is not empty.
    Delivery dequeue() {
        Delivery delivery = queue.pop_front();
        queued_bytes -= delivery.message->footprint();
        return delivery;
    }
};

// Retained messages that new subscriptions still have to be given, in order.
struct Replay {
    struct Item {
        Ref<Message> message;
        SubscriptionOptions options;
    };
    // A subscription whose messages are still to be looked up.
    struct Lookup {
        RetainedLookup messages;
        SubscriptionOptions options;
    };
    std::vector<Item> items;  // that were looked up
    size_t next = 0;
    Ring<Lookup> lookups;         // that have not ended, the one at the front has begun
    bool waits_for_turn = false;  // Replays has it

    bool items_left() const { return next < items.size(); }
    size_t waiting() const { return items.size() - next + lookups.size(); }
};

// What a client has at the broker beyond one connection (MQTT 5.0, 4.1). It lives on the worker
// that is home to its client id, never moves, and is touched by that loop only.
// As a Timer it is the earlier of session expiry and will delay, disarmed while connected.
struct Session : Timer {
    explicit Session(Callback deadline) : Timer(deadline) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    bool persistent() const { return info.session_expiry_s != 0; }

    Outbound& ensure_outbound() {
        if (!outbound) outbound = std::make_unique<Outbound>();
        return *outbound;
    }

    Tally& ensure_tally() {
        if (!tally) tally = std::make_unique<Tally>();
        return *tally;
    }
    void drop(DropReason reason) { ++ensure_tally().dropped[static_cast<int>(reason)]; }

    ClientInfo info;
    Handle handle = 0;
    Connection* connection = nullptr;  // null: away
    std::unique_ptr<Outbound> outbound;
    std::unique_ptr<Replay> replay;
    std::unique_ptr<Tally> tally;
    Subscriptions subscriptions;
    ReceivedIds received;
    Ref<Presence> presence;  // once it has a shared subscription
    uint64_t next_order = 1;
};

}  // namespace grapnel
