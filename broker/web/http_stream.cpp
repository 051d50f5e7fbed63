#include "web/http_stream.h"

#include <algorithm>
#include <utility>

namespace grapnel {

bool HttpStream::write(std::string piece) {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    if (piece.empty()) return true;
    const bool was_empty = waiting_ == 0;
    if (waiting_ + piece.size() > kWaitingMost) {
        drop();
        if (wake_) wake_();
        return false;
    }
    waiting_ += piece.size();
    pieces_.push_back(std::move(piece));
    if (was_empty && wake_) wake_();
    return true;
}

void HttpStream::end() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    if (waiting_ == 0 && wake_) wake_();
}

bool HttpStream::open() const {
    const std::lock_guard lock(mutex_);
    return !ended_;
}

void HttpStream::attach(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

std::string HttpStream::take(size_t most) {
    const std::lock_guard lock(mutex_);
    std::string taken;
    while (!pieces_.empty() && taken.size() < most) {
        const std::string& first = pieces_.front();
        const size_t count = std::min(most - taken.size(), first.size() - read_);
        taken.append(first, read_, count);
        read_ += count;
        if (read_ < first.size()) break;
        pieces_.pop_front();
        read_ = 0;
    }
    waiting_ -= taken.size();
    return taken;
}

bool HttpStream::finished() const {
    const std::lock_guard lock(mutex_);
    return ended_ && waiting_ == 0;
}

void HttpStream::close() {
    const std::lock_guard lock(mutex_);
    drop();
    wake_ = nullptr;
}

void HttpStream::drop() {
    ended_ = true;
    pieces_.clear();
    waiting_ = 0;
    read_ = 0;
}

}  // namespace grapnel
