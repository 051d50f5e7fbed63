#pragma once

#include "config/config.h"
#include "mqtt/reason.h"
#include "session/session.h"
#include "topics/message.h"

namespace grapnel {

class Worker;

// What every publish has in common, wherever it comes from: a client, a will, a plugin, the broker
// itself.

// May clients publish to that name at all? success; topic_name_invalid: no topic name (4.7), or too
// many levels; not_authorized: $SYS and $share are the broker's.
mqtt::Reason judge_topic(const config::Limits& limits, Bytes topic);

// Fills key, creation time and expiry, within maximum_message_expiry_interval. An expiry is
// announced to receivers only when the publisher gave one.
void stamp(Worker& worker, MessageView& view, bool has_expiry, uint32_t expiry_s);

// Retains and routes. Returns the number of receivers, as Router::route.
size_t distribute(Worker& worker, const MessageView& view, ClientInfo& publisher,
                  const Session* publisher_session);

// A publish by a plugin or the broker itself, as the inline client: on_publish runs, access is not
// asked.
void publish_inline(Worker& worker, const MessageView& view, bool has_expiry, uint32_t expiry_s);

// A $SYS value: retained and routed, no publish hooks. An empty one removes it.
void publish_sys(Worker& worker, Bytes topic, Bytes value);

}  // namespace grapnel
