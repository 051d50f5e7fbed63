#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "web/buffers.h"

namespace grapnel {

class WebChannel;

// What other threads have for the web thread. Any thread.
class WebMailbox {
public:
    // `wake` makes the web thread call take(); it is called without a lock of the caller's, once a
    // batch.
    explicit WebMailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    // Something changed at the workers' end of the channel. Nothing after close().
    void post(std::shared_ptr<WebChannel> channel);
    // Runs the task on the web thread. False: it has ended, and the task is dropped.
    bool post(std::function<void()> task);

    WebBuffers buffers;

    struct Batch {
        std::vector<std::shared_ptr<WebChannel>> channels;
        std::vector<std::function<void()>> tasks;
    };
    // All that came since the last time. Web thread.
    Batch take();
    // Takes nothing any more; once this has returned, `wake` neither runs nor is called again.
    void close();

private:
    void wake_if(bool first);

    std::mutex mutex_;
    std::function<void()> wake_;  // empty: closed; guarded by mutex_
    Batch batch_;                 // guarded by mutex_
};

}  // namespace grapnel
