#include "net/socket_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "base/assert.h"

namespace grapnel {

SocketTransport::~SocketTransport() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

StreamPointer SocketTransport::open(Poller& poller, StreamHandler& handler) {
    return SocketStream::open(poller, std::exchange(descriptor_, -1), handler);
}

StreamPointer SocketStream::open(Poller& poller, int descriptor, StreamHandler& handler) {
    auto* stream = new SocketStream(poller, descriptor, handler);
    if (!poller.add(descriptor, EPOLLIN, *stream)) {
        ::close(descriptor);
        delete stream;
        return nullptr;
    }
    return StreamPointer(stream);
}

void SocketStream::close() {
    if (handler_ != nullptr) ::close(detach());
    poller_.bury(std::unique_ptr<Pollable>(this));
}

void SocketStream::on_events(uint32_t events) {
    // What is wrong with the socket shows itself as the result of the next call.
    constexpr uint32_t kBroken = EPOLLHUP | EPOLLERR;
    const auto tells = [&](uint32_t event) {
        return handler_ != nullptr && (watched_ & event) != 0 && (events & (event | kBroken)) != 0;
    };
    if (tells(EPOLLOUT)) handler_->on_writable();
    if (tells(EPOLLIN)) handler_->on_readable();
}

long SocketStream::read(char* buffer, size_t size) {
    for (;;) {
        const ssize_t count = ::recv(descriptor_, buffer, size, 0);
        if (count > 0) return count;
        if (count == 0) return kClosed;
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK ? kWouldBlock : kClosed;
    }
}

long SocketStream::write(const iovec* pieces, int count) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<size_t>(count);
    for (;;) {
        const ssize_t written = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
        if (written >= 0) return written;
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK ? kWouldBlock : kClosed;
    }
}

void SocketStream::watch(bool readable, bool writable) {
    // The end of the other side is told in any case: edge-triggered, it is told once.
    constexpr uint32_t kNothing = EPOLLET;
    uint32_t wanted = 0;
    if (readable) wanted |= EPOLLIN;
    if (writable) wanted |= EPOLLOUT;
    if (wanted == watched_) return;
    poller_.change(descriptor_, wanted == 0 ? kNothing : wanted, *this);
    watched_ = wanted;
}

void SocketStream::finish() { ::shutdown(descriptor_, SHUT_WR); }

TransportPointer SocketStream::release() { return std::make_unique<SocketTransport>(detach()); }

int SocketStream::detach() {
    poller_.remove(descriptor_);
    handler_ = nullptr;
    return descriptor_;
}

}  // namespace grapnel
