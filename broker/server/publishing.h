#pragma once

#include "session/session.h"
#include "topics/message.h"

namespace grapnel {

class Worker;

// What every publish has in common, wherever it comes from: a client, a will, a plugin, the broker itself.

// A topic name that clients may publish to at all: valid, and neither $SYS nor $share (which are the broker's).
bool publishable_topic(Worker& worker, Bytes topic);

// Fills key, creation time and expiry, within maximum_message_expiry_interval. An expiry is announced to receivers only
// when the publisher gave one; the broker's own limit does not touch retained messages without one.
void stamp(Worker& worker, MessageView& view, bool has_expiry, uint32_t expiry_s);

// Retains and routes. Returns the number of receivers, as Router::route.
size_t distribute(Worker& worker, const MessageView& view, ClientInfo& publisher,
                  const Session* publisher_session);

// A publish by a plugin or the broker itself, as the inline client: on_publish runs, access is not asked.
void publish_inline(Worker& worker, const MessageView& view, bool has_expiry, uint32_t expiry_s);

// A $SYS value: retained and routed, no publish hooks.
void publish_sys(Worker& worker, Bytes topic, Bytes value);

}  // namespace grapnel
