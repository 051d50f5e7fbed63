#include "net/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace grapnel {

namespace {

constexpr int kAcceptsPerTurn = 16;
constexpr uint64_t kRest_ms = 10;  // between looks for a free descriptor

}  // namespace

Acceptor* Acceptor::start(uv_loop_t* loop, ListeningSocket::Pointer listener, Accepted accepted) {
    auto* acceptor = new Acceptor;
    acceptor->listener_ = std::move(listener);
    acceptor->accepted_ = std::move(accepted);
    acceptor->descriptor_ = ::fcntl(acceptor->listener_->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (acceptor->descriptor_ < 0 ||
        uv_poll_init_socket(loop, &acceptor->poll_, acceptor->descriptor_) != 0) {
        log_error("net", "an event loop cannot accept connections",
                  {{"address", acceptor->listener_->address()}, {"reason", std::strerror(errno)}});
        if (acceptor->descriptor_ >= 0) ::close(acceptor->descriptor_);
        delete acceptor;
        return nullptr;
    }
    uv_timer_init(loop, &acceptor->timer_);
    acceptor->poll_.data = acceptor->timer_.data = acceptor;
    acceptor->listen();
    return acceptor;
}

void Acceptor::listen() {
    uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int, int) {
        static_cast<Acceptor*>(handle->data)->accept_some();
    });
}

void Acceptor::accept_some() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        const int descriptor = ::accept4(descriptor_, reinterpret_cast<sockaddr*>(&address), &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                return rest();
            // Whatever else went wrong was that connection's: the next one may be well.
            if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
            return;
        }
        const int on = 1;
        if (!listener_->is_unix())
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        accepted_(descriptor, PeerAddress::from(reinterpret_cast<sockaddr*>(&address)));
    }
}

void Acceptor::rest() {
    if (listener_->out_of_descriptors(static_cast<int64_t>(uv_now(timer_.loop))))
        log_warn("net", "no more file descriptors: accepting rests",
                 {{"address", listener_->address()}});
    uv_poll_stop(&poll_);
    uv_timer_start(
        &timer_,
        [](uv_timer_t* handle) {
            auto* acceptor = static_cast<Acceptor*>(handle->data);
            acceptor->listen();
            acceptor->accept_some();
        },
        kRest_ms, 0);
}

void Acceptor::stop() {
    accepted_ = nullptr;
    const auto closed = [](uv_handle_t* handle) { static_cast<Acceptor*>(handle->data)->closed(); };
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
    ::close(descriptor_);
}

void Acceptor::closed() {
    if (--open_handles_ == 0) delete this;
}

}  // namespace grapnel
