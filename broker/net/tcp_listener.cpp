#include "net/tcp_listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace grapnel {

namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerTurn = 16;
constexpr uint64_t kRest_ms = 100;  // when the process has no descriptor left

struct AddressInfo {
    addrinfo* first = nullptr;
    ~AddressInfo() {
        if (first != nullptr) ::freeaddrinfo(first);
    }
};

}  // namespace

Result<std::shared_ptr<TcpListener>> TcpListener::bind(const std::string& host, uint16_t port) {
    AddressInfo info;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    const int found = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                    std::to_string(port).c_str(), &hints, &info.first);
    if (found != 0) return Error{std::string("cannot resolve the address: ") + gai_strerror(found)};
    const int descriptor =
        ::socket(info.first->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return Error{std::string("no socket: ") + std::strerror(errno)};
    std::shared_ptr<TcpListener> listener(new TcpListener(descriptor));
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(descriptor, info.first->ai_addr, info.first->ai_addrlen) != 0)
        return Error{std::string("cannot bind: ") + std::strerror(errno)};
    if (::listen(descriptor, kBacklog) != 0)
        return Error{std::string("cannot listen: ") + std::strerror(errno)};
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) == 0)
        listener->address_ = PeerAddress::from(reinterpret_cast<sockaddr*>(&bound)).text();
    return listener;
}

TcpListener::~TcpListener() { ::close(descriptor_); }

Acceptor* Acceptor::start(uv_loop_t* loop, std::shared_ptr<TcpListener> listener,
                          Accepted accepted) {
    auto* acceptor = new Acceptor;
    acceptor->listener_ = std::move(listener);
    acceptor->accepted_ = std::move(accepted);
    acceptor->descriptor_ = ::fcntl(acceptor->listener_->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (acceptor->descriptor_ < 0 ||
        uv_poll_init_socket(loop, &acceptor->poll_, acceptor->descriptor_) != 0) {
        if (acceptor->descriptor_ >= 0) ::close(acceptor->descriptor_);
        delete acceptor;
        return nullptr;
    }
    uv_timer_init(loop, &acceptor->timer_);
    acceptor->poll_.data = acceptor->timer_.data = acceptor;
    uv_poll_start(&acceptor->poll_, UV_READABLE, [](uv_poll_t* handle, int, int) {
        static_cast<Acceptor*>(handle->data)->accept_some();
    });
    return acceptor;
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
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        accepted_(descriptor, PeerAddress::from(reinterpret_cast<sockaddr*>(&address)));
    }
}

void Acceptor::rest() {
    log_warn("net", "no more file descriptors: accepting rests",
             {{"address", listener_->address()}});
    uv_poll_stop(&poll_);
    uv_timer_start(
        &timer_,
        [](uv_timer_t* handle) {
            auto* acceptor = static_cast<Acceptor*>(handle->data);
            uv_poll_start(&acceptor->poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
                static_cast<Acceptor*>(poll->data)->accept_some();
            });
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
