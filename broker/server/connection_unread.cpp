#include <memory>
#include <utility>

#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr size_t kCatchUpBuffer = 64 * 1024;
constexpr size_t kLookedAtOnce = 4 * 1024;
constexpr size_t kLookedAtMost = 64 * 1024;  // of what a peer said before it may have left

}  // namespace

// As Stream::read.
long Connection::receive(char* buffer, size_t size) {
    const long count = stream_->read(buffer, size);
    if (count < 0) return count;
    worker_.counters.bytes_received.add(static_cast<uint64_t>(count));
    count_bytes(early_.received, &Tally::received, static_cast<uint64_t>(count));
    last_read_ms_ = worker_.clock.monotonic_ms;
    return count;
}

void Connection::keep_tail(Bytes bytes) { tail_ = std::make_unique<std::string>(bytes); }

std::string Connection::take_unread() {
    if (!tail_) return {};
    return std::move(*std::exchange(tail_, nullptr));
}

bool Connection::peer_left() {
    if (processing_) return false;
    char buffer[kLookedAtOnce];
    while (!tail_ || tail_->size() < kLookedAtMost) {
        const long count = receive(buffer, sizeof buffer);
        if (count == Stream::kWouldBlock) return false;
        if (count < 0) return true;
        const Bytes bytes(buffer, static_cast<size_t>(count));
        if (tail_)
            tail_->append(bytes);
        else
            keep_tail(bytes);
    }
    return false;
}

void Connection::catch_up() {
    if (!stream_ || !alive() || processing_) return;
    catching_up_ = true;
    if (reads()) {
        process_tail();
        const auto buffer = std::make_unique_for_overwrite<char[]>(kCatchUpBuffer);
        if (alive() && reads()) read({buffer.get(), kCatchUpBuffer});
    }
    catching_up_ = false;
}

}  // namespace grapnel
