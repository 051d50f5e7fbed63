#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "../unit/mqtt/corpus.h"
#include "../unit/mqtt/describe.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"

namespace grapnel::mqtt::test {

// An input of these targets: a byte that picks version and size limit, then a stream of packets.

// What the first byte of an input picks.
struct Choice {
    Version version;
    size_t maximum_packet_size;
};

inline Choice choose(uint8_t byte) {
    constexpr Version kVersions[] = {Version::v5, Version::v311, Version::v31};
    return {kVersions[byte % 3], byte < 128 ? size_t{0} : size_t{64}};
}

// An input for each packet of the unit tests.
inline std::vector<std::string> stream_seeds() {
    std::vector<std::string> seeds;
    for (const Sample& sample : corpus()) {
        const char version = static_cast<char>(5 - static_cast<int>(sample.version));
        seeds.push_back(version + sample.bytes);
    }
    return seeds;
}

// True when `packet` encodes to something that decodes to the same, and does so within its own
// size.
inline bool survives_round_trip(const Packet& packet, Version version) {
    std::string bytes;
    encode(packet, version, bytes);
    Frame frame;
    Reason error = Reason::success;
    if (next_frame(bytes, bytes.size(), frame, error) != FrameState::complete) return false;
    Packet again;
    if (frame.size != bytes.size() || decode(frame, version, again) != Reason::success)
        return false;
    std::string within;
    return describe(packet) == describe(again) && frame.type == packet_type(again) &&
           encode_within(packet, version, static_cast<uint32_t>(bytes.size()), within) &&
           within == bytes;
}

// A planted fault, for canaries: a PUBLISH that no seed holds, of QoS 2 with a topic alias and no
// topic.
inline bool is_canary(const Packet& packet) {
    const auto* publish = std::get_if<Publish>(&packet);
    return publish != nullptr && publish->qos == 2 && publish->topic.empty();
}

// Walks the packets of an input as a connection does; check(packet, version) sees each that
// decodes. Returns false when the frames are not what they must be or a check fails.
template <class Check>
bool check_stream(std::string_view input, Check check) {
    if (input.empty()) return true;
    const Choice choice = choose(static_cast<uint8_t>(input[0]));
    input.remove_prefix(1);
    Version version = choice.version;
    Packet packet;
    while (true) {
        Frame frame;
        Reason error = Reason::success;
        const FrameState state = next_frame(input, choice.maximum_packet_size, frame, error);
        if (state == FrameState::broken) return is_error(error);
        if (state == FrameState::incomplete) return frame.size == 0 || frame.size > input.size();
        if (frame.size > input.size() || frame.size < frame.body.size() + 2) return false;
        if (decode(frame, version, packet) == Reason::success) {
            if (const auto* connect = std::get_if<Connect>(&packet)) version = connect->version;
            if (!check(packet, version)) return false;
        }
        input.remove_prefix(frame.size);
    }
}

}  // namespace grapnel::mqtt::test
