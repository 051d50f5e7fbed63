#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/ref.h"
#include "topics/shared_group.h"
#include "topics/subscription.h"

namespace grapnel {

// One receiver of a topic: all its matching unshared subscriptions taken together. QoS is the
// highest, identifiers are all of them, the retain flag is kept if any asked so.
struct Target {
    Handle session = 0;
    uint32_t identifiers_begin = 0;  // into Route::identifiers
    uint16_t identifiers_count = 0;
    uint8_t qos = 0;
    bool retain_as_published = false;
    // Where the publisher is this very session and some of its subscriptions say No Local: what is
    // left without them (index into Route::own; kNoLocalNone: no such subscription; kNoLocalAll:
    // nothing is left).
    uint32_t own = kNoLocalNone;

    static constexpr uint32_t kNoLocalNone = 0xffffffff;
    static constexpr uint32_t kNoLocalAll = 0xfffffffe;
};

// All receivers of one topic at one generation of the index. Immutable once built, shared between
// workers.
class Route {
public:
    // The targets whose home is `worker`.
    std::span<const Target> targets(uint16_t worker) const {
        if (static_cast<size_t>(worker) + 1 >= offsets.size()) return {};
        return {all.data() + offsets[worker], offsets[worker + 1] - offsets[worker]};
    }
    std::span<const uint32_t> identifiers_of(const Target& target) const {
        return {identifiers.data() + target.identifiers_begin, target.identifiers_count};
    }
    bool empty() const { return all.empty() && groups.empty(); }
    // What it costs in memory, the groups not counted.
    size_t footprint() const {
        return sizeof(Route) + (all.capacity() + own.capacity()) * sizeof(Target) +
               (offsets.capacity() + identifiers.capacity()) * sizeof(uint32_t) +
               groups.capacity() * sizeof(groups[0]);
    }

    std::vector<Target> all;        // ordered by worker
    std::vector<uint32_t> offsets;  // targets of worker w: [offsets[w], offsets[w + 1])
    std::vector<Target> own;
    std::vector<uint32_t> identifiers;
    std::vector<Ref<SharedGroup>> groups;  // matching shared subscriptions

    void add_reference() const { references_.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() const {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

private:
    mutable std::atomic<uint32_t> references_{1};
};

}  // namespace grapnel
