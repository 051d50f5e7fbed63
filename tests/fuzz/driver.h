#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "mutator.h"

// A target defines the three functions below. Linked with -fsanitize=fuzzer, libFuzzer runs it.
// Linked without, the weak main() of this header runs mutated seeds: `<target> [seed] [count]`, the
// same inputs for the same seed. A failed check aborts in both.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// Inputs to begin with.
std::vector<std::string> fuzz_seeds();

// What most mutated inputs go through: Repair of mutator.h.
void fuzz_repair(std::string& input);

namespace grapnel::fuzz {

// Runs one input from a block of exactly its size, so that a sanitizer sees reads beyond it.
inline void run(const std::string& input) {
    const auto block = std::make_unique<uint8_t[]>(input.size());
    for (size_t at = 0; at < input.size(); ++at) block[at] = static_cast<uint8_t>(input[at]);
    LLVMFuzzerTestOneInput(block.get(), input.size());
}

}  // namespace grapnel::fuzz

// Of libFuzzer; not there in a plain program.
extern "C" __attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                                         size_t maximum);

// Lets libFuzzer begin from the seeds at any time, so that it needs no folder of them.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maximum,
                                          unsigned number) {
    static const std::vector<std::string> kSeeds = fuzz_seeds();
    if (size > 1 && number % 8 != 0) return LLVMFuzzerMutate(data, size, maximum);
    grapnel::fuzz::Mutator mutator(number, kSeeds, fuzz_repair);
    const std::string input = mutator.next().substr(0, maximum);
    for (size_t at = 0; at < input.size(); ++at) data[at] = static_cast<uint8_t>(input[at]);
    return input.size();
}

__attribute__((weak)) int main(int argc, char** argv) {
    const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
    const uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 200'000;
    for (const std::string& input : fuzz_seeds()) grapnel::fuzz::run(input);
    grapnel::fuzz::Mutator mutator(seed, fuzz_seeds(), fuzz_repair);
    for (uint64_t round = 0; round < count; ++round) grapnel::fuzz::run(mutator.next());
    std::printf("seed %llu: %llu inputs held\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(count));
    return 0;
}
