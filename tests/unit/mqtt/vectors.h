#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "hex.h"
#include "mqtt/decode.h"

namespace grapnel::mqtt::test {

// A packet and the answer that the decoder owes it.
struct Vector {
    std::string name;
    Version version;
    std::string bytes;
    Reason reason;
};

inline Vector v3(const char* name, unsigned first, const char* body, Reason reason) {
    return {name, Version::v311, packet(first, hex(body)), reason};
}

inline Vector v5(const char* name, unsigned first, const char* body, Reason reason) {
    return {name, Version::v5, packet(first, hex(body)), reason};
}

// Frames and decodes a whole packet; a fault of the frame is the answer, too. `out` borrows from
// `bytes`.
inline Reason decode_bytes(Bytes bytes, Version version, Packet& out) {
    Frame frame;
    Reason error = Reason::success;
    const FrameState state = next_frame(bytes, 0, frame, error);
    if (state == FrameState::broken) return error;
    REQUIRE(state == FrameState::complete);
    REQUIRE(frame.size == bytes.size());
    return decode(frame, version, out);
}

inline void check_vectors(const std::vector<Vector>& vectors) {
    for (const Vector& vector : vectors) {
        CAPTURE(vector.name);
        CAPTURE(static_cast<int>(vector.version));
        Packet packet;
        CHECK(decode_bytes(vector.bytes, vector.version, packet) == vector.reason);
    }
}

// Decodes a packet that must be valid. The result borrows from `bytes`.
template <class P>
P decoded(const std::string& bytes, Version version) {
    Packet packet;
    REQUIRE(decode_bytes(bytes, version, packet) == Reason::success);
    REQUIRE(std::holds_alternative<P>(packet));
    return std::get<P>(packet);
}

inline constexpr Version kVersions[] = {Version::v31, Version::v311, Version::v5};
inline constexpr Reason kMalformed = Reason::malformed_packet;
inline constexpr Reason kProtocol = Reason::protocol_error;
inline constexpr Reason kSuccess = Reason::success;

}  // namespace grapnel::mqtt::test
