#pragma once

#include "base/bytes.h"
#include "mqtt/reason.h"

namespace grapnel::mqtt {

// Checks a topic name that a packet carries (4.7.1, 4.7.3): success, malformed_packet when it is no
// MQTT string, topic_name_invalid when it holds a wildcard. Empty is a success here, since its
// meaning depends on the packet.
[[nodiscard]] Reason check_topic_name(Bytes topic);

// True for what a Response Topic may hold (3.3.2.3.5): a topic name of at least one character.
inline bool is_response_topic(Bytes topic) {
    return !topic.empty() && check_topic_name(topic) == Reason::success;
}

}  // namespace grapnel::mqtt
