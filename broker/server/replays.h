#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace grapnel {

class Worker;

// Bounds how many retained messages one turn looks through for new subscriptions: what is beyond
// waits for the next turns, session by session, while everybody else is served. Loop thread.
class Replays {
public:
    explicit Replays(Worker& worker) : worker_(worker) {}
    Replays(const Replays&) = delete;
    Replays& operator=(const Replays&) = delete;

    // May this turn look through more of a filter's messages?
    bool may_look() const { return left_ != 0; }
    // How many places it may look at.
    size_t places_left() const { return left_; }
    void looked_at(size_t places) { left_ -= std::min(left_, places); }
    // The session on this connection is pumped in one of the next turns. Once for each that waits.
    void wait(uint64_t connection_key) { waiting_.push_back(connection_key); }

    void end_turn();

private:
    // A few milliseconds.
    static constexpr size_t kPlacesMost = 20'000;

    void go_on();

    Worker& worker_;
    size_t left_ = kPlacesMost;
    std::deque<uint64_t> waiting_;
    bool going_on_ = false;  // a turn for it is on its way
};

}  // namespace grapnel
