#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace grapnel {

class Worker;

// Holds what plugins ask of workers until all that stores gave back is in its place: a message that
// is published before would get numbers that stored ones have. Any thread.
class RestoreGate {
public:
    // Runs the task on the worker's loop: now, or once the gate is open, in order per thread.
    // False: too many are held.
    bool post(Worker& worker, std::function<void()> task);
    // Lets all through, those held first. Once.
    void open();
    bool is_open() const { return open_.load(std::memory_order_acquire); }

private:
    static constexpr size_t kHeldMost = 65'536;

    std::atomic<bool> open_{false};
    std::mutex mutex_;
    std::vector<std::pair<Worker*, std::function<void()>>> held_;  // guarded by mutex_
};

}  // namespace grapnel
