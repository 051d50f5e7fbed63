#pragma once

#include <cstdint>
#include <map>
#include <memory>

namespace grapnel::load {

enum class Arrival : uint8_t {
    kInOrder,  // behind all that came before; numbers may have been left out
    kLate,     // for the first time, and behind a larger one
    kTwice,
};

// The numbers that came from one source to one destination. Without faults it holds one number.
class Sequence {
public:
    explicit Sequence(uint64_t first = 0) : next_(first) {}

    Arrival take(uint64_t number) {
        if (number != next_) return take_unexpected(number);
        ++next_;
        return Arrival::kInOrder;
    }

private:
    Arrival take_unexpected(uint64_t number);

    uint64_t next_;
    // What was left out: the end of each gap, and its first number.
    std::unique_ptr<std::map<uint64_t, uint64_t>> gaps_;
};

}  // namespace grapnel::load
