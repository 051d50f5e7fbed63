#pragma once

#include <string>

#include "mqtt/packet.h"

namespace grapnel {

// A packet in a line for people, without its type: `id=7 topic="a/b" qos=1 payload_bytes=12`.
// Payloads, binary data and user properties are told by their size or count, passwords not at all;
// long texts and lists are cut.
std::string packet_text(const mqtt::Packet& packet);

}  // namespace grapnel
