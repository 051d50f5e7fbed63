#pragma once

#include "mqtt/frame.h"
#include "mqtt/packet.h"

namespace grapnel::mqtt {

// Frame → packet, strictly. Each answers success or the reason code that the standard names for the
// fault: 0x81 for what cannot be parsed, 0x82 for a broken rule, and the special ones where it has
// them (0x84 version, 0x85 an empty client identifier before MQTT 5, 0x90 topic name, 0x94 alias
// 0). Only rules that need nothing but the packet and the protocol version are checked here;
// limits, state, direction and permissions are the server's, and so is the validity of topic
// filters. Strings are checked as UTF-8 (1.5.4). Nothing is copied; the result borrows from the
// frame. SUBSCRIBE, UNSUBSCRIBE and their answers fill a vector after every entry was checked and
// counted. Packet objects may be reused: each field that counts is set. After a fault the packet's
// content means nothing, but for Connect::version. Requires: `frame` came from next_frame, or says
// truly what it holds.

// CONNECT fills `out.version` before any later fault is found, so that CONNACK can be in the
// client's language; a bad protocol name or level → unsupported_protocol_version (0x84),
// `out.version` then is the nearest one.
[[nodiscard]] Reason decode_connect(const Frame& frame, Connect& out);
[[nodiscard]] Reason decode_connack(const Frame& frame, Version version, Connack& out);
// Does not resolve aliases: an empty topic is accepted with a topic alias only.
[[nodiscard]] Reason decode_publish(const Frame& frame, Version version, Publish& out);
[[nodiscard]] Reason decode_ack(const Frame& frame, Version version, Ack& out);
[[nodiscard]] Reason decode_subscribe(const Frame& frame, Version version, Subscribe& out);
[[nodiscard]] Reason decode_unsubscribe(const Frame& frame, Version version, Unsubscribe& out);
[[nodiscard]] Reason decode_subscription_ack(const Frame& frame, Version version,
                                             SubscriptionAck& out);
[[nodiscard]] Reason decode_disconnect(const Frame& frame, Version version, Disconnect& out);
[[nodiscard]] Reason decode_auth(const Frame& frame, Version version, Auth& out);
// PINGREQ and PINGRESP have no body.
[[nodiscard]] Reason decode_ping(const Frame& frame, Version version, Ping& out);

// Any packet type into the variant; for tests, plugins and tools. `version` does not matter to
// CONNECT.
[[nodiscard]] Reason decode(const Frame& frame, Version version, Packet& out);

}  // namespace grapnel::mqtt
