#include "net/socket_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/assert.h"

namespace grapnel {

std::unique_ptr<SocketStream> SocketStream::open(uv_loop_t* loop, int descriptor,
                                                 StreamHandler& handler) {
    std::unique_ptr<SocketStream> stream(new SocketStream(descriptor, handler));
    auto poll = std::make_unique<Poll>();
    if (uv_poll_init_socket(loop, &poll->handle, descriptor) != 0) return nullptr;
    poll->stream = stream.get();
    poll->handle.data = poll.get();
    stream->poll_ = poll.release();
    return stream;
}

SocketStream::~SocketStream() {
    close_poll();
    if (descriptor_ >= 0) ::close(descriptor_);
}

void SocketStream::close_poll() {
    if (poll_ == nullptr) return;
    poll_->stream = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_->handle),
             [](uv_handle_t* handle) { delete static_cast<Poll*>(handle->data); });
    poll_ = nullptr;
}

void SocketStream::on_event(uv_poll_t* handle, int status, int events) {
    auto* poll = static_cast<Poll*>(handle->data);
    // An error shows itself as the result of a read, behind the bytes that came before it.
    if (status < 0) events = UV_READABLE;
    if ((events & UV_WRITABLE) != 0 && poll->stream != nullptr)
        poll->stream->handler_.on_writable();
    if ((events & (UV_READABLE | UV_DISCONNECT)) != 0 && poll->stream != nullptr)
        poll->stream->handler_.on_readable();
    // libuv stops a handle that had an error.
    if (status < 0 && poll->stream != nullptr && poll->events != 0)
        GN_ASSERT(uv_poll_start(handle, poll->events, on_event) == 0);
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
    poll_->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (poll_->events == 0)
        uv_poll_stop(&poll_->handle);
    else
        GN_ASSERT(uv_poll_start(&poll_->handle, poll_->events, on_event) == 0);
}

void SocketStream::finish() { ::shutdown(descriptor_, SHUT_WR); }

int SocketStream::release() {
    close_poll();
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor;
}

}  // namespace grapnel
