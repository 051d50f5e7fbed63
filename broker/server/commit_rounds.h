#pragma once

#include <array>
#include <cstdint>
#include <mutex>

namespace grapnel {

// The commits of the whole broker, numbered from 1. A commit holds what all workers did between two
// cuts, and the cut is one for all: mail that a worker sent under a number is received under that
// number, so a publish and all its deliveries are in one commit, on whichever workers they happen.
// To close a commit each worker sends its mail, then a mark to every other one; it has all of the
// commit once it has every mark. No loop waits meanwhile: what it does after its own mark belongs
// to the next number.
// Here is what the workers must agree on. Any thread; one lock, taken a few times per commit.
class CommitRounds {
public:
    explicit CommitRounds(uint32_t workers) : workers_(workers) {}

    // Begins to close commit `number`: the caller sends its mark. False when that has begun
    // already, or cannot yet: closed() tells whoever can, or the end of an earlier commit wakes
    // all.
    bool begin(uint64_t number);

    // A worker has all of the commit that is being closed. True for the last worker, when somebody
    // could not begin the next one and now it is possible: it should.
    bool closed();

    struct Answered {
        bool over = false;       // by all workers' stores: tell the workers
        bool committed = false;  // none of them failed
    };
    // The stores of a worker answered for commit `number`.
    Answered answered(uint64_t number, bool committed);

    // Commits that stores may have before them at a time. What comes meanwhile is in the next one.
    static constexpr uint64_t kInFlight = 2;

private:
    struct Slot {
        uint32_t answers = 0;
        bool failed = false;
        bool over = false;
    };

    bool may_begin() const { return begun_ == complete_ && begun_ - over_ < kInFlight; }

    const uint32_t workers_;
    std::mutex mutex_;
    uint64_t begun_ = 0;     // the last whose closing began
    uint64_t complete_ = 0;  // the last that all workers closed
    uint64_t over_ = 0;      // up to here all are answered
    uint32_t closed_ = 0;    // workers that closed begun_
    bool wanted_ = false;
    std::array<Slot, kInFlight> slots_;
};

}  // namespace grapnel
