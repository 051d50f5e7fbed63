#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "hooks/dispatcher.h"
#include "net/timers.h"

namespace grapnel {

class Connection;
class Worker;

// Holds what a client is told until the stores have committed what it stands for: acknowledgements,
// CONNACK of sessions that last, and QoS 2 messages (a receiver must not have one that a crash
// makes new again). One worker's part of CommitRounds. Loop thread.
class Commits {
public:
    explicit Commits(Worker& worker);
    ~Commits();
    Commits(const Commits&) = delete;
    Commits& operator=(const Commits&) = delete;

    // What is told from here on belongs to one packet, so that holding() can say what depends on
    // it.
    void begin_packet();
    // True when what is said to this client now must wait: a store was told something since
    // begin_packet(), or mail made that another worker's store may be told of, or something said to
    // it before waits.
    bool holding(const Connection& connection) const;
    // True when something said to this client before waits.
    bool waiting(const Connection& connection) const;
    // Keeps encoded packets for a connection until the commit. A copy. `received_us`: they are one
    // message that came then.
    void hold(Connection& connection, Bytes packets, uint64_t received_us = 0);
    // Keeps all output of a connection back until the commit, if holding(): its CONNACK is in it,
    // or it is about to be closed.
    void cork(Connection& connection);

    // The number of the commit that what happens now belongs to.
    uint64_t open() const { return open_; }
    // Runs what another worker sent under that number: now, or when this one has come so far.
    void when_open(uint64_t number, std::function<void()> task);

    // Closes the commit if there is something in it and it is time. End of turn, all mail sent.
    void end_turn();
    // Something came into the commit since: the turn has to end once more.
    bool due() const;
    // Plugins are about to be stopped: no commit is asked for any more, they write what is left.
    void stop();

private:
    struct Held {
        uint64_t connection_key;
        std::string packets;
        bool corked = false;
        uint32_t messages = 0;  // that are timed, all of one time
        uint64_t received_us = 0;
    };
    struct Group final : Waiter {
        Commits* owner = nullptr;
        uint64_t number = 0;
        std::vector<Held> held;
        uint64_t asked_ns = 0;
        bool over = false;
        bool committed = true;
        void hook_completed(const Outcome& outcome) override {
            owner->answered(number, !outcome.refused());
        }
    };

    bool active() const;
    Group& group(uint64_t number) { return *groups_[number - groups_.front()->number]; }
    // So many bytes for a connection belong to the commit that it returns: the one of now, or one
    // that something said to it before waits for.
    uint64_t join(Connection& connection, size_t bytes);
    void open_next();
    // Lets the next commit be closed as soon as it may, though there is nothing in it here.
    void close_soon();
    void close();
    void send_marks(bool mailed);
    void marked(uint32_t round, bool mailed);
    void ask_stores(uint64_t number);
    void answered(uint64_t number, bool committed);
    void over(uint64_t number, bool committed);
    void release(Group& group);
    void watch_failure(bool committed);

    Worker& worker_;
    uint64_t open_ = 0;                          // the number of what is done now
    std::deque<std::unique_ptr<Group>> groups_;  // from the oldest that is not over to the open one
    // Marks of this round and of the next, which another worker may have begun.
    struct Marks {
        size_t count = 0;
        bool mailed = false;
    };
    Marks marks_[2];
    uint32_t round_ = 0;  // of closing the open commit; 0: it is not being closed
    std::vector<std::function<void()>> early_;  // of the next one
    uint64_t durable_told_ = 0;                 // as it was at begin_packet()
    uint64_t mails_ = 0;
    bool told_ = false;         // something belongs to the open commit
    bool held_lately_ = false;  // since end_turn()
    bool close_soon_ = false;
    bool stopped_ = false;
    Timer retry_;  // while the stores fail
    Timer later_;  // for what nobody waits for
    bool later_armed_ = false;
};

}  // namespace grapnel
