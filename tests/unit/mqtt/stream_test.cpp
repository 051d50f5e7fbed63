#include <doctest/doctest.h>

#include "../../fuzz/mutator.h"
#include "../../fuzz/stream_check.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

constexpr int kInputs = 100'000;

}  // namespace

TEST_CASE("streams of mutated packets are walked safely and understood one way") {
    fuzz::Mutator mutator(1, stream_seeds());
    size_t packets = 0;
    for (int round = 0; round < kInputs; ++round) {
        const std::string input = mutator.next();
        CAPTURE(round);
        REQUIRE(check_stream(input, [&packets](const Packet& packet, Version version) {
            ++packets;
            return survives_round_trip(packet, version);
        }));
    }
    CHECK(packets > kInputs / 4);
}

TEST_CASE("the same mutations find a planted fault") {
    fuzz::Mutator mutator(1, stream_seeds());
    bool found = false;
    for (int round = 0; round < kInputs && !found; ++round)
        found = !check_stream(mutator.next(),
                              [](const Packet& packet, Version) { return !is_canary(packet); });
    CHECK(found);
}
