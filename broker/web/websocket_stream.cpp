#include "web/websocket_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "net/loop.h"

namespace grapnel {

Loop& LoopTable::of(const Poller& poller) const {
    const auto found = std::find_if(loops_.begin(), loops_.end(),
                                    [&](Loop* loop) { return &loop->poller() == &poller; });
    GN_ASSERT(found != loops_.end());
    return **found;
}

WebSocketTransport::~WebSocketTransport() {
    if (channel_) channel_->drop();
}

StreamPointer WebSocketTransport::open(Poller& poller, StreamHandler& handler) {
    return StreamPointer(
        new WebSocketStream(loops_->of(poller), loops_, handler, std::exchange(channel_, nullptr)));
}

WebSocketStream::WebSocketStream(Loop& loop, std::shared_ptr<const LoopTable> loops,
                                 StreamHandler& handler, std::shared_ptr<WebChannel> channel)
    : loop_(loop), loops_(std::move(loops)), handler_(&handler), channel_(std::move(channel)) {
    channel_->attach(loop_, *this);
    if (readable()) poke_later();
}

bool WebSocketStream::readable() const {
    return channel_->fetched_used < channel_->fetched.size() || channel_->readable();
}

long WebSocketStream::read(char* buffer, size_t size) {
    std::string& fetched = channel_->fetched;
    size_t& used = channel_->fetched_used;
    if (used == fetched.size()) {
        switch (channel_->fetch(fetched)) {
            case WebChannel::Fetched::some: break;
            case WebChannel::Fetched::nothing: return kWouldBlock;
            case WebChannel::Fetched::ended: return kClosed;
        }
    }
    const size_t count = std::min(size, fetched.size() - used);
    std::memcpy(buffer, fetched.data() + used, count);
    used += count;
    if (used == fetched.size()) {
        used = 0;
        channel_->give_back(fetched);
    }
    return static_cast<long>(count);
}

long WebSocketStream::write(const iovec* pieces, int count) {
    return channel_->write(pieces, count);
}

void WebSocketStream::watch(bool readable_wanted, bool writable_wanted) {
    // What is watched already is told anyway.
    const bool more =
        (readable_wanted && !watches_readable_) || (writable_wanted && !watches_writable_);
    watches_readable_ = readable_wanted;
    watches_writable_ = writable_wanted;
    if (more && has_news()) poke_later();
}

bool WebSocketStream::has_news() const {
    return (watches_readable_ && readable()) || (watches_writable_ && channel_->writable(true));
}

void WebSocketStream::finish() { channel_->finish(); }

TransportPointer WebSocketStream::release() {
    channel_->detach();
    handler_ = nullptr;
    return std::make_unique<WebSocketTransport>(loops_, std::exchange(channel_, nullptr));
}

void WebSocketStream::close() {
    handler_ = nullptr;
    if (channel_) {
        channel_->detach();
        channel_->drop();
    }
    loop_.poller().bury(std::unique_ptr<Pollable>(this));
}

void WebSocketStream::poked() {
    poke_due_ = false;
    if (watches_writable_ && channel_->writable(true)) handler_->on_writable();
    if (handler_ != nullptr && watches_readable_ && readable()) handler_->on_readable();
    if (handler_ != nullptr && has_news()) poke_later();
}

void WebSocketStream::poke_later() {
    if (std::exchange(poke_due_, true)) return;
    loop_.post([channel = channel_, loop = &loop_] { channel->poke(*loop); });
}

}  // namespace grapnel
