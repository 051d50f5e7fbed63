#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "hooks/dispatcher.h"

namespace grapnel {

class Connection;
class Worker;

// Holds acknowledgements until the stores have committed what they stand for. Acknowledgements of
// one loop turn form a group; groups commit in order of their turns, several may be under way. Loop
// thread.
class Commits {
public:
    explicit Commits(Worker& worker) : worker_(worker) {}
    ~Commits();
    Commits(const Commits&) = delete;
    Commits& operator=(const Commits&) = delete;

    // True when an acknowledgement given now must wait: a store was told something this turn.
    bool holding(const Dispatcher& hooks) const { return hooks.commit_needed() || !open_.empty(); }
    // Keeps encoded acknowledgements of a connection until this turn's commit. A copy.
    void hold(uint64_t connection_key, Bytes packet);
    // Asks the stores to commit what this turn told them. End of turn.
    void end_turn();

private:
    struct Held {
        uint64_t connection_key;
        std::string packets;
    };
    struct Group final : Waiter {
        Commits* owner = nullptr;
        std::vector<Held> held;
        bool done = false;
        bool failed = false;
        void hook_completed(const Outcome& outcome) override { owner->completed(*this, outcome); }
    };

    void completed(Group& group, const Outcome& outcome);
    void release_done();

    Worker& worker_;
    std::vector<Held> open_;                       // of this turn
    std::vector<std::unique_ptr<Group>> waiting_;  // in order of their turns
};

}  // namespace grapnel
