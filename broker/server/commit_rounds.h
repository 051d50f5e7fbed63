#pragma once

#include <cstdint>
#include <mutex>

namespace grapnel {

// The commits of the whole broker, numbered from 1. A commit holds what all workers did between two
// moments, and the moment is one for all: to close a commit, each worker finishes its turn, sends
// its mail, then a mark to every other one, and handles nothing but mail until it has all marks and
// no mail is under way. Only then does any of them do something of the next commit. So a publish
// and all its deliveries are in one commit, on whichever workers they happen, and of two changes of
// a session, or of what workers share, the later one is never in an earlier commit.
// One commit is with the stores at a time, and what comes meanwhile is in the next: a second one,
// closed while the first is written, would hold little and keep what comes after it waiting for
// two. Here is what the workers must agree on. Any thread; one lock, taken a few times per commit.
class CommitRounds {
public:
    explicit CommitRounds(uint32_t workers) : workers_(workers) {}

    // Begins to close commit `number`: the caller sends its mark. False when that has begun
    // already, or cannot yet, since the one before is not over.
    bool begin(uint64_t number);

    struct Answered {
        bool over = false;       // by all workers' stores: tell the workers
        bool committed = false;  // none of them failed
    };
    // The stores of a worker answered for the commit that began last.
    Answered answered(bool committed);

private:
    const uint32_t workers_;
    std::mutex mutex_;
    uint64_t begun_ = 0;  // the last whose closing began
    uint64_t over_ = 0;   // the last that is answered
    uint32_t answers_ = 0;
    bool failed_ = false;
};

}  // namespace grapnel
