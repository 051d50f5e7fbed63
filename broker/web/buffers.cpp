#include "web/buffers.h"

#include <utility>

namespace grapnel {

std::string WebBuffers::take(size_t size) {
    if (size < kLarge) return {};
    {
        const std::lock_guard lock(mutex_);
        if (!kept_.empty()) {
            std::string buffer = std::move(kept_.back());
            kept_.pop_back();
            return buffer;
        }
    }
    std::string buffer;
    buffer.reserve(kSize);
    return buffer;
}

void WebBuffers::give(std::string buffer) {
    if (buffer.capacity() < kSize) return;
    buffer.clear();
    const std::lock_guard lock(mutex_);
    if (kept_.size() < kKeptMost) kept_.push_back(std::move(buffer));
}

}  // namespace grapnel
