#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "mqtt/reason.h"
#include "mqtt/types.h"

namespace grapnel::mqtt {

// One control packet inside a stream, not yet decoded.
struct Frame {
    PacketType type = PacketType::reserved;
    uint8_t flags = 0;  // low four bits of the first byte
    Bytes body;         // after the fixed header
    size_t size = 0;    // whole packet, fixed header included
    // The remaining length took more bytes than it needs: legal before MQTT 5 only (1.5.5-1).
    bool padded = false;
};

enum class FrameState : uint8_t { complete, incomplete, broken };

// Splits the first packet off `input`. Incomplete: `out.size` is the whole packet's size when it is
// known yet, else 0. Broken: `error` says why: a length of more than four bytes (0x81, 1.5.5),
// reserved type 0 or wrong flags for the type (0x81, 2.1.3), larger than `maximum_packet_size`
// (0x95, 0 = no limit), told as soon as the fixed header is there. `maximum_packet_size` counts the
// whole packet (3.1.2.11.4). What depends on the protocol version passes here and is refused by the
// decoders: a padded length, and DUP on PUBREL, SUBSCRIBE and UNSUBSCRIBE, which only MQTT 3.1 has.
[[nodiscard]] FrameState next_frame(Bytes input, size_t maximum_packet_size, Frame& out,
                                    Reason& error);

}  // namespace grapnel::mqtt
