#pragma once

#include <grapnel/plugin.h>
#include <uv.h>

#include <cstdint>

#include "base/bytes.h"
#include "mqtt/reason.h"
#include "topics/message.h"

namespace grapnel {

// What plugins may ask of the broker: the server implements it. Loops are numbered: workers from 0,
// the main loop is number worker_count(). Functions marked [any] may be called from any thread at
// any time, also inside a hook: they copy what they are given, queue it, and run it after the
// current packet, so that no plugin is entered recursively. Nothing throws.
class Port {
public:
    virtual uint32_t worker_count() const = 0;  // [any] constant

    // [any] Runs fn(arg) once on the loop's thread, never before post returned, in order per
    // posting thread. Accepted from before the loop runs until HookHost::stop has reported.
    virtual void post(uint32_t loop, void (*fn)(void*), void* arg) = 0;

    // [any] The loop itself, for timers, work and plugins' own handles.
    virtual uv_loop_t* uv_loop(uint32_t loop) = 0;

    // [any] The clock: monotonic for deadlines, wall for what plugins see.
    virtual int64_t monotonic_ms() const = 0;
    virtual int64_t wall_ms() const = 0;

    // [any] Publishes as the inline client. Topic, qos, payload, encoded properties and retain are
    // set and checked; key, created, origin and expiry are the server's to set. expiry_s 0: never.
    virtual gn_status publish(const MessageView& message, uint32_t expiry_s) = 0;

    // [main] Delivers to HookHost::deliver_inline(subscription, …) on the main loop whatever the
    // (valid) filter matches, retained messages included, until it is unsubscribed.
    virtual gn_status subscribe(uint64_t subscription, Bytes filter) = 0;
    virtual gn_status unsubscribe(uint64_t subscription) = 0;

    // [any] Handles `wire`, one whole MQTT packet in the client's protocol version, as if that
    // client had sent it. An empty id means the inline client (MQTT 5).
    virtual gn_status inject(Bytes client_id, Bytes wire) = 0;

    // [any] Closes the client's connection, with DISCONNECT `reason` where the version has it;
    // drop_session ends its session too, also that of a client that is away.
    virtual gn_status disconnect(Bytes client_id, mqtt::Reason reason, bool drop_session) = 0;

    // [loop] Drops what the plugin of that index keeps for the clients of this loop.
    virtual void drop_slots(uint32_t loop, size_t plugin) = 0;

    // [any] Access answers that were called cacheable hold no longer. Empty: for all clients.
    virtual void access_changed(Bytes client_id) = 0;

protected:
    ~Port() = default;
};

}  // namespace grapnel
