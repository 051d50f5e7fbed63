#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace grapnel {

// The filters that changed in the latest generations. No locking.
class ChangeLog {
public:
    // Requires: `generation` is one more than at the last call.
    void add(uint64_t generation, Bytes filter);

    // Does a filter that changed in (since, now] match `topic`? True also when these are too many
    // to be known. `now`: the generation of the last add().
    bool touched(Bytes topic, uint64_t since, uint64_t now) const;

private:
    // So many that a burst of subscriptions passes by caches, so few that asking stays cheaper than
    // matching anew.
    static constexpr uint64_t kKept = 256;

    std::array<std::string, kKept> filters_;
};

}  // namespace grapnel
