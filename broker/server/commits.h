#pragma once

#include <cstdint>
#include <functional>
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

    // True when an acknowledgement given now must wait: a store was told something this turn, or
    // another worker's store will be.
    bool holding() const;
    // Keeps encoded acknowledgements of a connection until this turn's commit. A copy.
    void hold(uint64_t connection_key, Bytes packet);
    // Asks the stores to commit what this turn told them. End of turn, after mail went to the
    // workers of `mailed`: acknowledgements of this turn wait for what they commit of it, too.
    void end_turn(const std::vector<uint16_t>& mailed);

private:
    struct Held {
        uint64_t connection_key;
        std::string packets;
    };
    using Told = std::function<void(bool committed)>;
    struct Group final : Waiter {
        Commits* owner = nullptr;
        uint64_t number = 0;
        std::vector<Held> held;
        std::vector<Told> told;  // other workers that wait for this turn
        size_t awaited = 0;      // commits still to come: ours and those of other workers
        bool failed = false;
        void hook_completed(const Outcome& outcome) override {
            owner->arrived(number, !outcome.refused());
        }
    };

    void await_others(const Group& group, const std::vector<uint16_t>& mailed);
    void arrived(uint64_t number, bool committed);
    void release_done();

    Worker& worker_;
    std::vector<Held> open_;  // of this turn
    std::vector<Told> told_;  // of this turn
    uint64_t last_number_ = 0;
    std::vector<std::unique_ptr<Group>> waiting_;  // in order of their turns
};

}  // namespace grapnel
