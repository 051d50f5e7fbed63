#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace grapnel {

// Large buffers that are used again while they are warm, by all channels of a service. Any thread.
class WebBuffers {
public:
    // An empty string, with room for `size` bytes if that is worth it.
    std::string take(size_t size);
    // For later, if it is a large one and few are kept.
    void give(std::string buffer);

    static constexpr size_t kLarge = size_t{8} << 10;   // smaller ones are the allocator's
    static constexpr size_t kSize = size_t{288} << 10;  // of a kept one
    static constexpr size_t kKeptMost = 16;

private:
    std::mutex mutex_;
    std::vector<std::string> kept_;  // guarded by mutex_
};

}  // namespace grapnel
