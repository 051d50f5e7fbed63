#pragma once

#include <uv.h>

#include <functional>
#include <mutex>
#include <vector>

namespace grapnel {

// A libuv loop and the mailbox that other threads reach it through. The thread that calls run() is
// the loop thread.
class Loop {
public:
    Loop();
    // Requires: run() has returned.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    uv_loop_t* uv() { return &loop_; }

    // Runs `task` on the loop thread, in the order of posting. Any thread. Tasks posted after
    // stop() are dropped when the loop ends.
    void post(std::function<void()> task);

    // Runs until stop() and until every handle is closed.
    void run();
    // Lets run() end once the handles that are closing are closed; others are told of in the log
    // and left behind. Loop thread.
    void stop();
    // Were there such others? After run() has returned.
    bool left_open() const { return left_open_; }

private:
    void drain();

    uv_loop_t loop_;
    uv_async_t wakeup_;
    std::mutex mutex_;
    std::vector<std::function<void()>> tasks_;  // guarded by mutex_
    bool left_open_ = false;                    // loop thread
    bool stopped_ = false;                      // guarded by mutex_
};

}  // namespace grapnel
