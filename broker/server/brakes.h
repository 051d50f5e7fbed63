#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "net/timers.h"

namespace grapnel {

class Connection;
class Worker;

// What a receiver has to do with those who publish to it faster than it reads. Kept by its
// connection from the first time on.
struct Brake {
    // How much a publisher sent to a receiver that had much waiting.
    struct Share {
        uint64_t publisher;
        size_t weight;
    };

    std::vector<uint64_t> held;  // connections that are not read from until it has caught up
    uint64_t written = 0;        // bytes that its socket took since `since_ms`
    int64_t since_ms = 0;
    uint32_t failures = 0;      // times it kept others waiting and hardly read; 0 once it caught up
    uint32_t distrust = 0;      // periods of reading it owes before it may keep others waiting
    uint32_t periods = 0;       // that it has kept others waiting without catching up
    bool watched = false;       // is it looked at each period?
    std::vector<Share> shares;  // since `shares_since_ms`, of those who are not held
    int64_t shares_since_ms = 0;
};

// Slows publishers down before anything is dropped: whoever publishes much to a receiver with much
// waiting is not read from until the receiver has caught up; if that is not enough, whoever
// publishes to it at all. Only a receiver that goes on reading
// may keep others waiting; one that does not is left to its limits, and slows nobody. The same
// holds for a worker whose mailbox fills faster than it takes mail. Publishers and receivers may
// live on different workers: connections are named by key. Loop thread.
class Brakes {
public:
    explicit Brakes(Worker& worker);
    Brakes(const Brakes&) = delete;
    Brakes& operator=(const Brakes&) = delete;

    // `publisher` (0: none) sent something of `bytes` that `receiver`, who has much waiting, cannot
    // take at once. Does it have to wait?
    bool press(Connection& receiver, uint64_t publisher, size_t bytes);
    // The receiver's socket took `bytes`; called outside of deliveries.
    void wrote(Connection& receiver, uint64_t bytes);
    // The receiver ends: nobody waits for it any more.
    void forget(Connection& receiver);

    // Does what other workers asked of this one. Also in the middle of a turn: one that publishes
    // much to them should not go on for long after they said stop.
    void take_requests();

    // `publisher`, of this worker, waits until the other worker has taken its mail.
    void wait_for_mail(uint64_t publisher) { waiting_for_mail_.push_back(publisher); }
    // Some worker took what we waited for.
    void mail_taken();

    // Sees to it that publishers whose time has come are read from again: some of them in each of
    // the next turns, so that what they had sent already does not make one long turn.
    void end_turn();

private:
    // What a receiver on another worker wants of a publisher here.
    struct Request {
        uint64_t publisher;
        bool hold;
    };

    void ask(uint64_t publisher, bool hold);
    void let_some_go();
    void release(Brake& brake);
    void judge();
    void watch(Connection& receiver, int64_t now_ms);
    static void begin_period(Brake& brake, int64_t now_ms);
    bool stays_watched(Connection& receiver);
    void distrust(Brake& brake);
    bool calm(const Connection& receiver) const;
    bool overcrowded(const Connection& receiver) const;
    bool sends_much(Brake& brake, uint64_t publisher, size_t bytes) const;

    Worker& worker_;
    Timer period_;
    std::vector<uint64_t> watched_;  // receivers that are crowded or not trusted to be waited for
    std::vector<uint64_t> waiting_for_mail_;
    std::deque<uint64_t> released_;
    bool letting_go_ = false;  // a turn for it is on its way
    std::atomic<bool> requested_{false};
    std::mutex mutex_;
    std::vector<Request> requests_;  // guarded by mutex_, in order for each asking worker
};

}  // namespace grapnel
