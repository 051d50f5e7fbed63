#include "mqtt/frame.h"

#include <array>

namespace grapnel::mqtt {

namespace {

// For each packet type the set of flag values that some version allows (2.1.3, table 2-2), bit =
// value.
constexpr std::array<uint16_t, 16> allowed_flags() {
    constexpr uint16_t kZero = 1u << 0;
    // MQTT 3.1 lets a client repeat these with DUP set (3.1, 2.1).
    constexpr uint16_t kTwo = (1u << 0x2) | (1u << 0xa);
    std::array<uint16_t, 16> flags{};
    flags.fill(kZero);
    const auto at = [&flags](PacketType type) -> uint16_t& {
        return flags[static_cast<size_t>(type)];
    };
    at(PacketType::reserved) = 0;
    at(PacketType::publish) = 0xffff;
    at(PacketType::pubrel) = kTwo;
    at(PacketType::subscribe) = kTwo;
    at(PacketType::unsubscribe) = kTwo;
    return flags;
}

constexpr std::array<uint16_t, 16> kAllowedFlags = allowed_flags();

FrameState broken(Reason reason, Reason& error) {
    error = reason;
    return FrameState::broken;
}

}  // namespace

FrameState next_frame(Bytes input, size_t maximum_packet_size, Frame& out, Reason& error) {
    out.size = 0;
    if (input.empty()) return FrameState::incomplete;
    const auto first = static_cast<uint8_t>(input[0]);
    const unsigned type = first >> 4;
    const unsigned flags = first & 0x0fu;
    if (((kAllowedFlags[type] >> flags) & 1u) == 0) return broken(Reason::malformed_packet, error);

    size_t remaining = 0;
    size_t header = 1;
    for (unsigned shift = 0;; shift += 7) {
        if (shift == 28) return broken(Reason::malformed_packet, error);
        if (header == input.size()) return FrameState::incomplete;
        const auto part = static_cast<uint8_t>(input[header++]);
        remaining |= size_t{part & 0x7fu} << shift;
        if (part < 0x80) {
            out.padded = part == 0 && shift > 0;
            break;
        }
    }

    const size_t size = header + remaining;
    if (maximum_packet_size != 0 && size > maximum_packet_size)
        return broken(Reason::packet_too_large, error);
    out.size = size;
    out.type = static_cast<PacketType>(type);
    out.flags = static_cast<uint8_t>(flags);
    if (input.size() < size) return FrameState::incomplete;
    out.body = input.substr(header, remaining);
    return FrameState::complete;
}

}  // namespace grapnel::mqtt
