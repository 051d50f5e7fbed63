#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace grapnel {

class Retained;

// How far the match of one filter is, in slices between which the messages may change: see
// Retained::match. What stays as it is from the first slice to the last is found once. Any thread,
// one at a time. It ends before the Retained does.
class RetainedLookup {
public:
    // One that has ended.
    RetainedLookup() = default;
    // `filter`: the unshared part, valid. Finds only what was set by change `order_most` at the
    // latest.
    RetainedLookup(const Retained& retained, std::string filter, uint64_t order_most)
        : retained_(&retained), filter_(std::move(filter)), order_most_(order_most) {}
    ~RetainedLookup() { end(); }
    RetainedLookup(RetainedLookup&& other) noexcept { *this = std::move(other); }
    RetainedLookup& operator=(RetainedLookup&& other) noexcept;

    bool ended() const { return retained_ == nullptr; }
    // Nothing more is found.
    void end();

private:
    friend class Retained;

    const Retained* retained_ = nullptr;
    std::string filter_;
    uint64_t order_most_ = 0;
    const void* place_ = nullptr;  // the node that was looked at last, which stays for it
};

}  // namespace grapnel
