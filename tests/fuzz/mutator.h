#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace grapnel::fuzz {

// Makes a changed input such that more than its frame is looked at.
using Repair = void (*)(std::string& input);

// For inputs that are a byte of choice and then a packet: makes the remaining length of the packet
// true, so that the mutation meets the decoders rather than the framing.
inline void repair_packet(std::string& input) {
    size_t header = 2;
    while (header < input.size() && header < 6 && (input[header] & 0x80) != 0) ++header;
    if (++header > input.size()) return;
    std::string length;
    size_t value = input.size() - header;
    for (; value >= 128; value /= 128) length += static_cast<char>((value % 128) | 0x80);
    length += static_cast<char>(value);
    input.replace(2, header - 2, length);
}

// Makes inputs out of seeds, each a byte of choice and then what is tested: the same ones for the
// same number.
class Mutator {
public:
    // Requires: at least one seed, none of them empty.
    Mutator(uint64_t number, std::vector<std::string> seeds, Repair repair = repair_packet)
        : random_(number), seeds_(std::move(seeds)), repair_(repair) {}

    // A seed with up to five changes, most often repaired, and sometimes another seed after it.
    std::string next() {
        std::string input = any_seed();
        for (size_t changes = below(6); changes > 0; --changes) change(input);
        if (below(3) != 0) repair_(input);
        if (below(4) == 0) input += any_seed().substr(1);
        return input;
    }

private:
    size_t below(size_t end) { return static_cast<size_t>(random_() % end); }
    const std::string& any_seed() { return seeds_[below(seeds_.size())]; }

    char any_byte() {
        static constexpr unsigned char kTelling[] = {0x00, 0x01, 0x02, 0x7f, 0x80, 0xff, '#', '+'};
        if (below(2) == 0) return static_cast<char>(kTelling[below(sizeof kTelling)]);
        return static_cast<char>(below(256));
    }

    void change(std::string& input) {
        const size_t at = below(input.size() + 1);
        const size_t length = below(input.size() - at + 1);
        switch (below(7)) {
            case 0: input.insert(at, 1, any_byte()); break;
            case 1: input.erase(at, below(4)); break;
            case 2: input.insert(at, any_seed().substr(below(4))); break;
            case 3: input.insert(at, input.substr(at, length)); break;
            case 4:
                if (at < input.size()) input[at] = any_byte();
                break;
            case 5:
                if (input.size() > 1)
                    input[1] = static_cast<char>(input[1] ^ static_cast<int>(below(16)));
                break;
            default:
                if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
                break;
        }
    }

    std::mt19937_64 random_;
    std::vector<std::string> seeds_;
    Repair repair_;
};

}  // namespace grapnel::fuzz
