#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace grapnel {

class Worker;

// Whether the loops of the workers turn. Main thread.
class Pulse {
public:
    // The workers outlive it.
    explicit Pulse(const std::vector<std::unique_ptr<Worker>>& workers) : workers_(workers) {}

    // For how long some worker has not answered, as of what earlier calls asked; asks those that
    // did.
    int64_t silence_ms(int64_t now_ms);

private:
    struct Beat {
        std::shared_ptr<std::atomic<bool>> answered;
        int64_t asked_ms = 0;
    };

    const std::vector<std::unique_ptr<Worker>>& workers_;
    std::vector<Beat> beats_;  // one a worker, from the first call on
};

}  // namespace grapnel
