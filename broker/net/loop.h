#pragma once

#include <uv.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "net/poller.h"

namespace grapnel {

// A libuv loop inside a poller of ours, and the mailbox that other threads reach both through.
// Sockets of clients are watched by the poller: one epoll_ctl in the life of a connection where a
// libuv handle takes eight, and 32 bytes where that takes 160. Timers, signals, and whatever
// plugins open are libuv's; its descriptor is one more in the poller, and it runs when that or a
// timer asks for it. The thread that calls run() is the loop thread.
class Loop {
public:
    Loop();
    // Requires: run() has returned.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    uv_loop_t* uv() { return &loop_; }
    Poller& poller() { return poller_; }

    // Runs `task` on the loop thread, in the order of posting. Any thread. Tasks posted after
    // stop() are dropped at once, and those that run() leaves when it returns.
    void post(std::function<void()> task);
    // The same, ahead of what was posted with post().
    void post_first(std::function<void()> task);
    // Waits for a task posted with post_first() and runs it, and nothing else. Loop thread, in the
    // middle of a turn.
    void run_first();

    // Called after everything that happened in a turn, before the next wait. Before run().
    void at_turn_end(std::function<void()> turn_end) { turn_end_ = std::move(turn_end); }
    // Runs until stop() and until every libuv handle is closed.
    void run() {
        while (turn(true)) continue;
        drop_tasks();
    }
    // One turn: what is due now, or, with `waits`, what comes next. False: the loop has ended.
    bool turn(bool waits);
    // Lets run() end once the handles that are closing are closed; others are told of in the log
    // and left behind. Loop thread.
    void stop();
    // Were there such others? After run() has returned.
    bool left_open() const { return left_open_; }

private:
    // libuv has something to do: only reason to run it.
    struct UvEvents final : Pollable {
        void on_events(uint32_t) override { ready = true; }
        bool ready = false;
    };
    // Another thread posted.
    struct Wakeup final : Pollable {
        explicit Wakeup(Loop& owner);
        ~Wakeup() override;
        void on_events(uint32_t events) override;
        Loop& loop;
        const int descriptor;
    };

    void drain();
    std::function<void()> pop_first();  // requires the lock; empty: there is none
    void drop_tasks();

    uv_loop_t loop_;
    uv_async_t keeper_;  // never sent: a loop without an active handle would not wait
    Poller poller_;
    UvEvents uv_events_;
    Wakeup wakeup_{*this};
    std::function<void()> turn_end_;
    std::mutex mutex_;
    std::condition_variable first_came_;
    std::vector<std::function<void()>> tasks_;  // guarded by mutex_
    std::deque<std::function<void()>> first_;   // guarded by mutex_
    bool left_open_ = false;                    // loop thread
    bool stopped_ = false;                      // guarded by mutex_
};

}  // namespace grapnel
