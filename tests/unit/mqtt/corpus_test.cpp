#include "corpus.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "describe.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

constexpr Version kVersions[] = {Version::v31, Version::v311, Version::v5};

// Bytes on the heap in exactly their size, so that a sanitizer sees any read beyond them.
struct Exact {
    explicit Exact(Bytes bytes) : data(new char[bytes.size()]), size(bytes.size()) {
        std::copy(bytes.begin(), bytes.end(), data.get());
    }
    Bytes view() const { return Bytes(data.get(), size); }

    std::unique_ptr<char[]> data;
    size_t size;
};

Frame whole_frame(Bytes bytes) {
    Frame frame;
    Reason error = Reason::success;
    REQUIRE(next_frame(bytes, 0, frame, error) == FrameState::complete);
    REQUIRE(frame.size == bytes.size());
    return frame;
}

// What decodes encodes to something that decodes to the same.
bool survives_round_trip(const Packet& packet, Version version) {
    std::string bytes;
    encode(packet, version, bytes);
    Frame frame;
    Reason error = Reason::success;
    if (next_frame(bytes, 0, frame, error) != FrameState::complete) return false;
    Packet again;
    return frame.size == bytes.size() && decode(frame, version, again) == Reason::success &&
           describe(packet) == describe(again);
}

}  // namespace

TEST_CASE("every sample decodes, and encodes to the same bytes") {
    for (const Sample& sample : corpus()) {
        CAPTURE(sample.name);
        CAPTURE(static_cast<int>(sample.version));
        const Exact exact(sample.bytes);
        const Frame frame = whole_frame(exact.view());
        Packet packet;
        CHECK(decode(frame, sample.version, packet) == Reason::success);
        CHECK(packet_type(packet) == frame.type);
        std::string bytes = "before";
        encode(packet, sample.version, bytes);
        CHECK(bytes == "before" + sample.bytes);
    }
}

TEST_CASE("one packet object decodes every sample like a new one") {
    Packet reused;
    std::string text;
    const std::vector<Sample> samples = corpus();
    for (size_t round = 0; round < 2 * samples.size(); ++round) {
        // Steps of 7 put packets of unlike types after each other; the second pass like ones.
        const size_t at =
            round < samples.size() ? round * 7 % samples.size() : round - samples.size();
        const Sample& sample = samples[at];
        CAPTURE(sample.name);
        const Frame frame = whole_frame(sample.bytes);
        Packet fresh;
        REQUIRE(decode(frame, sample.version, fresh) == Reason::success);
        REQUIRE(decode(frame, sample.version, reused) == Reason::success);
        CHECK(describe(reused) == describe(fresh));
    }
}

TEST_CASE("a stream cut anywhere is an incomplete frame") {
    for (const Sample& sample : corpus()) {
        CAPTURE(sample.name);
        for (size_t length = 0; length < sample.bytes.size(); ++length) {
            const Exact exact(Bytes(sample.bytes).substr(0, length));
            Frame frame;
            Reason error = Reason::success;
            REQUIRE(next_frame(exact.view(), 0, frame, error) == FrameState::incomplete);
            const size_t header =
                whole_frame(sample.bytes).size - whole_frame(sample.bytes).body.size();
            REQUIRE(frame.size == (length < header ? 0 : sample.bytes.size()));
        }
    }
}

TEST_CASE("a body cut anywhere is refused, but where the packet may end") {
    for (const Sample& sample : corpus()) {
        CAPTURE(sample.name);
        const Frame whole = whole_frame(sample.bytes);
        for (size_t length = 0; length < whole.body.size(); ++length) {
            CAPTURE(length);
            const Exact exact(whole.body.substr(0, length));
            Frame frame = whole;
            frame.body = exact.view();
            Packet packet;
            const Reason reason = decode(frame, sample.version, packet);
            const bool valid_end = std::find(sample.valid_ends.begin(), sample.valid_ends.end(),
                                             length) != sample.valid_ends.end();
            CHECK((reason == Reason::success) == valid_end);
            if (reason != Reason::success)
                CHECK((reason == Reason::malformed_packet || reason == Reason::protocol_error));
        }
    }
}

TEST_CASE("bytes after the end are refused, but as payload") {
    for (const Sample& sample : corpus()) {
        CAPTURE(sample.name);
        const Frame whole = whole_frame(sample.bytes);
        for (const char extra : {'\0', '\x01', '\x7f', '\xff'}) {
            const Exact exact(std::string(whole.body) + extra);
            Frame frame = whole;
            frame.body = exact.view();
            Packet packet;
            const Reason reason = decode(frame, sample.version, packet);
            if (whole.type == PacketType::publish) {
                CHECK(reason == Reason::success);
            } else if (reason == Reason::success) {
                // One more code of a SUBACK, or the code or the empty set that was left out.
                CHECK(survives_round_trip(packet, sample.version));
                const bool may_grow =
                    whole.type == PacketType::suback ||
                    (sample.version == Version::v5 &&
                     (whole.type == PacketType::unsuback || whole.body.size() <= 3));
                CHECK(may_grow);
            }
        }
    }
}

TEST_CASE("every change of one byte is refused or understood, in every version") {
    size_t refused = 0;
    size_t accepted = 0;
    size_t broken_round_trips = 0;
    for (const Sample& sample : corpus()) {
        const Exact exact(sample.bytes);
        for (size_t at = 0; at < exact.size; ++at) {
            const char original = exact.data[at];
            for (unsigned value = 0; value < 256; ++value) {
                exact.data[at] = static_cast<char>(value);
                Frame frame;
                Reason error = Reason::success;
                if (next_frame(exact.view(), 0, frame, error) != FrameState::complete) continue;
                for (const Version version : kVersions) {
                    Packet packet;
                    if (decode(frame, version, packet) != Reason::success) {
                        ++refused;
                        continue;
                    }
                    ++accepted;
                    if (!survives_round_trip(packet, version)) ++broken_round_trips;
                }
            }
            exact.data[at] = original;
        }
    }
    CHECK(refused > 10'000);
    CHECK(accepted > 10'000);
    CHECK(broken_round_trips == 0);
}
