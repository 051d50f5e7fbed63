#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../unit/plugins/store/records.h"
#include "../unit/plugins/store/schema_1.h"
#include "base/assert.h"
#include "driver.h"

namespace {

using namespace grapnel::store;

Kind kind_of(uint8_t byte) { return static_cast<Kind>(byte % kKinds); }

// A record has one way to be written, so that what decodes was written like that.
void check(Kind kind, std::string_view value) {
    std::string again;
    const Decoded result = test::decode_again(kind, value, again);
    GN_ASSERT(result != Decoded::ok || again == value);
}

}  // namespace

// An input is a byte that picks the kind, then a value.
std::vector<std::string> fuzz_seeds() {
    std::vector<std::string> seeds;
    for (const test::Golden& golden : test::schema_1()) {
        seeds.push_back(static_cast<char>(golden.kind) + golden.value);
    }
    return seeds;
}

void fuzz_repair(std::string& /*input*/) {}

// Decodes the value as it is, and with a checksum and a version that let its fields be read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view value(reinterpret_cast<const char*>(data) + 1, size - 1);
    check(kind_of(data[0]), value);
    if (value.size() < 5) return 0;
    std::string fields(value.substr(0, value.size() - 4));
    fields[0] = static_cast<char>(kRecordVersion);
    const std::string whole = test::sealed(std::move(fields));
    const auto block = std::make_unique<char[]>(whole.size());
    whole.copy(block.get(), whole.size());
    check(kind_of(data[0]), {block.get(), whole.size()});
    return 0;
}
