#include "base/assert.h"
#include "driver.h"
#include "stream_check.h"

std::vector<std::string> fuzz_seeds() { return grapnel::mqtt::test::stream_seeds(); }
void fuzz_repair(std::string& input) { grapnel::fuzz::repair_packet(input); }

// Must fail: proves that the way of fuzzing reaches into packets and notices a fault.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace grapnel::mqtt;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const bool held = test::check_stream(
        input, [](const Packet& packet, Version) { return !test::is_canary(packet); });
    GN_ASSERT(held);
    return 0;
}
