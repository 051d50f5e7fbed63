#include "web/channel.h"

#include <algorithm>
#include <utility>

#include "net/stream.h"
#include "web/mailbox.h"
#include "web/websocket_stream.h"

namespace grapnel {

Loop* WebChannel::wake() {
    if (loop_ == nullptr || poked_) return nullptr;
    poked_ = true;
    return loop_;
}

void WebChannel::tell(std::unique_lock<std::mutex>& lock) {
    const bool tells = !std::exchange(told_, true);
    lock.unlock();
    if (tells) mailbox_->post(shared_from_this());
}

WebChannel::Pushed WebChannel::push(Bytes bytes) {
    const std::lock_guard lock(mutex_);
    if (dropped_) return {};
    if (in_.empty()) in_ = mailbox_->buffers.take(bytes.size());
    in_.append(bytes);
    full_ = in_.size() >= kWaitMost;
    return {wake(), full_};
}

Loop* WebChannel::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    out_ = {};
    return wake();
}

WebChannel::News WebChannel::news() {
    const std::lock_guard lock(mutex_);
    told_ = false;
    return {!full_, finished_ || dropped_};
}

WebChannel::Taken WebChannel::take(std::string& bytes, size_t most) {
    const std::lock_guard lock(mutex_);
    Taken taken;
    taken.left = out_.size() > headroom_ && out_.size() - headroom_ > most;
    if (!taken.left) {
        bytes = std::exchange(out_, {});
    } else if (most != 0) {
        bytes = mailbox_->buffers.take(headroom_ + most);
        bytes.append(out_, 0, headroom_ + most);
        out_.erase(headroom_, most);
    }
    if (!bytes.empty() && std::exchange(wants_room_, false)) taken.wake = wake();
    taken.finished = !taken.left && (finished_ || dropped_);
    return taken;
}

void WebChannel::give_back(std::string& bytes) { mailbox_->buffers.give(std::exchange(bytes, {})); }

void WebChannel::attach(Loop& loop, WebSocketStream& stream) {
    const std::lock_guard lock(mutex_);
    loop_ = &loop;
    stream_ = &stream;
    poked_ = false;
}

void WebChannel::detach() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
    stream_ = nullptr;
    wants_room_ = false;
}

void WebChannel::poke(Loop& loop) {
    WebSocketStream* stream = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (loop_ != &loop) return;  // it has moved: that loop was told itself
        poked_ = false;
        stream = stream_;
    }
    stream->poked();
}

WebChannel::Fetched WebChannel::fetch(std::string& bytes) {
    std::unique_lock lock(mutex_);
    if (in_.empty()) return ended_ ? Fetched::ended : Fetched::nothing;
    bytes = std::exchange(in_, {});
    if (std::exchange(full_, false)) tell(lock);
    return Fetched::some;
}

long WebChannel::write(const iovec* pieces, int count) {
    std::unique_lock lock(mutex_);
    if (ended_) return Stream::kClosed;
    if (out_.empty()) {
        size_t offered = 0;
        for (int i = 0; i < count; ++i) offered += pieces[i].iov_len;
        out_ = mailbox_->buffers.take(offered);
        out_.resize(headroom_);
    }
    const size_t before = out_.size();
    size_t space = kWaitMost - std::min(kWaitMost, before - headroom_);
    if (space == 0) return Stream::kWouldBlock;
    for (int i = 0; i < count && space != 0; ++i) {
        const size_t part = std::min(space, pieces[i].iov_len);
        out_.append(static_cast<const char*>(pieces[i].iov_base), part);
        space -= part;
    }
    const auto written = static_cast<long>(out_.size() - before);
    tell(lock);
    return written;
}

bool WebChannel::readable() {
    const std::lock_guard lock(mutex_);
    return !in_.empty() || ended_;
}

bool WebChannel::writable(bool wants_room) {
    const std::lock_guard lock(mutex_);
    if (ended_ || out_.size() < headroom_ + kWaitMost) return true;
    wants_room_ = wants_room;
    return false;
}

void WebChannel::finish() {
    std::unique_lock lock(mutex_);
    finished_ = true;
    tell(lock);
}

void WebChannel::drop() {
    std::unique_lock lock(mutex_);
    dropped_ = true;
    in_ = {};
    tell(lock);
}

}  // namespace grapnel
