#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace grapnel {

// A thread that calls `late` when a shutdown has not come far enough in time: loops that a plugin
// blocks, the main one too, cannot say so themselves. begin() and end() on the main thread.
class ShutdownWatch {
public:
    ShutdownWatch() = default;
    ~ShutdownWatch();
    ShutdownWatch(const ShutdownWatch&) = delete;
    ShutdownWatch& operator=(const ShutdownWatch&) = delete;

    // Answers whether that is the end of it; else it comes once more, after the same time.
    using Late = std::function<bool(bool last)>;

    // Once. `late` comes on the thread of the watch, which logs where the caller does.
    void begin(uint64_t timeout_ms, Late late);
    // Waits for `late` when it runs; it does not begin any more.
    void end();

private:
    std::thread thread_;
    std::mutex lock_;
    std::condition_variable changed_;
    bool ended_ = false;  // guarded by lock_
};

}  // namespace grapnel
