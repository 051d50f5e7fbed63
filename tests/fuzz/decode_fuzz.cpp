#include "base/assert.h"
#include "driver.h"
#include "stream_check.h"

std::vector<std::string> fuzz_seeds() { return grapnel::mqtt::test::stream_seeds(); }
void fuzz_repair(std::string& input) { grapnel::fuzz::repair_packet(input); }

// Frames, decodes and encodes again: nothing is read out of bounds, and what was understood is
// written so that it is understood the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace grapnel::mqtt;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const bool held = test::check_stream(input, [](const Packet& packet, Version version) {
        return test::survives_round_trip(packet, version);
    });
    GN_ASSERT(held);
    return 0;
}
