#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "driver.h"
#include "net/proxy_header.h"

namespace {

using grapnel::ProxyHeader;

struct Answer {
    ProxyHeader::State state;
    size_t taken;
    std::string client;
    bool operator==(const Answer&) const = default;
};

Answer read(std::string_view input, size_t piece) {
    ProxyHeader header;
    size_t at = 0;
    while (at < input.size() && header.state() == ProxyHeader::State::more)
        at += header.take(input.substr(at, piece));
    return {header.state(), at, header.client() ? header.client()->text() : ""};
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
    const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
    return {"PROXY TCP4 10.1.2.3 127.0.0.1 12345 1883\r\n\x10\x0c",
            "PROXY TCP6 2001:db8::1 ::1 12345 1883\r\n",
            "PROXY UNKNOWN\r\n",
            signature + std::string("\x21\x11\x00\x0c", 4) + std::string(12, '\x01') + "\x10",
            signature + std::string("\x21\x21\x00\x24", 4) + std::string(36, '\x01'),
            signature + std::string("\x20\x00\x00\x00", 4)};
}
void fuzz_repair(std::string&) {}

// However the bytes are cut, the same is taken and understood, within the limit; and only a whole
// header names a client.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const Answer whole = read(input, size + 1);
    GN_ASSERT(read(input, 1) == whole);
    GN_ASSERT(read(input, 7) == whole);
    GN_ASSERT(whole.taken <= ProxyHeader::kBytesMax);
    GN_ASSERT(whole.client.empty() || whole.state == ProxyHeader::State::complete);
    return 0;
}
