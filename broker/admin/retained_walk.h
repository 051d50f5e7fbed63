#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topics/retained.h"

namespace grapnel {

// Walks a filter's retained messages in slices, none of which holds the store up for long. One
// thread.
class RetainedWalk {
public:
    RetainedWalk(const Retained& retained, std::string filter)
        : retained_(retained), filter_(std::move(filter)) {}

    // Calls fn(Ref<Message>&&) for what the next slice finds; the same message may come again.
    // False: that was the last slice.
    template <class Fn>
    bool next(int64_t wall_ms, Fn fn) {
        found_.clear();
        retained_.scan(at_, kSlice, filter_, wall_ms, found_);
        for (Ref<Message>& message : found_) fn(std::move(message));
        if (!at_.ended()) return true;
        // What was passed over is found by another walk, if nothing disturbs that one.
        if (!at_.disturbed || ++walks_ == kWalksMost) return false;
        at_ = {};
        return true;
    }

private:
    static constexpr size_t kSlice = 2048;
    static constexpr int kWalksMost = 3;

    const Retained& retained_;
    const std::string filter_;
    TreeScan at_;
    int walks_ = 0;
    std::vector<Ref<Message>> found_;
};

}  // namespace grapnel
