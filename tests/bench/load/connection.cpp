#include "connection.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "address.h"
#include "fail.h"

namespace grapnel::load {

namespace {

// Sent bytes are kept in front of the others up to here, so that few are moved.
constexpr size_t kSentBytesMax = 256 * 1024;

}  // namespace

Connection::Connection(Role role, size_t number, uint16_t port, bool tls, bool websocket)
    : role_(role), number_(number) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0)
        fail("no socket for " + name() + ": " + std::strerror(errno) + " (see ulimit -n)");
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        fail(name() + " cannot connect: " + std::strerror(errno));
    if (tls) shake_hands();
    if (websocket) upgrade();
}

void Connection::shake_hands() {
    static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), descriptor_);
    for (;;) {
        pollfd wanted{descriptor_, POLLOUT, 0};
        ::poll(&wanted, 1, -1);
        const int result = SSL_connect(tls_.get());
        if (result == 1) return;
        if (SSL_get_error(tls_.get(), result) != SSL_ERROR_WANT_READ)
            fail(name() + " cannot speak TLS with the broker");
        wanted.events = POLLIN;
        ::poll(&wanted, 1, -1);
    }
}

void Connection::upgrade() {
    websocket_ = std::make_unique<WebSocket>();
    std::string_view request = WebSocket::request();
    std::string answer;
    while (!answer.ends_with("\r\n\r\n")) {
        pollfd wanted{descriptor_, static_cast<short>(request.empty() ? POLLIN : POLLOUT), 0};
        ::poll(&wanted, 1, -1);
        char byte = 0;
        const ssize_t count =
            request.empty() ? read_some(&byte, 1) : write_some(request.data(), request.size());
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            fail(name() + " cannot speak WebSocket with the broker");
        if (count > 0 && request.empty())
            answer += byte;
        else if (count > 0)
            request.remove_prefix(static_cast<size_t>(count));
    }
    if (!answer.starts_with("HTTP/1.1 101 ")) fail(name() + " got " + answer);
}

bool Connection::send_framed() {
    if (framed_sent_ == framed_.size()) return true;
    const ssize_t count = write_some(framed_.data() + framed_sent_, framed_.size() - framed_sent_);
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        fail(name() + " cannot send: " + std::strerror(errno));
    if (count > 0) framed_sent_ += static_cast<size_t>(count);
    if (framed_sent_ != framed_.size()) return false;
    framed_.clear();
    framed_sent_ = 0;
    return true;
}

ssize_t Connection::write_frame(const char* data, size_t size) {
    if (!send_framed()) {
        errno = EAGAIN;
        return -1;
    }
    if (size != 0) websocket_->wrap({data, size}, framed_);
    send_framed();
    return static_cast<ssize_t>(size);
}

ssize_t Connection::write_some(const char* data, size_t size) {
    if (!tls_) return ::send(descriptor_, data, size, MSG_NOSIGNAL);
    size_t sent = 0;
    while (sent < size) {
        size_t count = 0;
        if (SSL_write_ex(tls_.get(), data + sent, size - sent, &count) != 1) break;
        sent += count;
    }
    if (sent == 0) errno = EAGAIN;
    return sent == 0 ? -1 : static_cast<ssize_t>(sent);
}

ssize_t Connection::receive(char* buffer, size_t size) {
    const ssize_t count = read_some(buffer, size);
    if (count <= 0 || !websocket_) return count;
    const size_t bytes = websocket_->unwrap(buffer, static_cast<size_t>(count));
    if (websocket_->closed()) return 0;
    if (bytes == 0) errno = EAGAIN;
    return bytes == 0 ? -1 : static_cast<ssize_t>(bytes);
}

ssize_t Connection::read_some(char* buffer, size_t size) {
    if (!tls_) return ::recv(descriptor_, buffer, size, 0);
    size_t got = 0;
    while (got < size) {
        size_t count = 0;
        const int result = SSL_read_ex(tls_.get(), buffer + got, size - got, &count);
        if (result == 1) {
            got += count;
        } else if (got == 0 && SSL_get_error(tls_.get(), result) != SSL_ERROR_WANT_READ) {
            return 0;
        } else {
            break;
        }
    }
    if (got == 0) errno = EAGAIN;
    return got == 0 ? -1 : static_cast<ssize_t>(got);
}

Connection::~Connection() { ::close(descriptor_); }

std::string Connection::name() const {
    return (role_ == Role::kPublisher ? "publisher " : "subscriber ") + std::to_string(number_);
}

bool Connection::send_once() {
    const char* const data = output_.data() + sent_;
    const size_t size = output_.size() - sent_;
    const ssize_t count = websocket_ ? write_frame(data, size) : write_some(data, size);
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) return false;
        fail(name() + " cannot send: " + std::strerror(errno));
    }
    sent_ += static_cast<size_t>(count);
    const bool all = sent_ == output_.size();
    if (all || sent_ > kSentBytesMax) {
        output_.erase(0, sent_);
        sent_ = 0;
    }
    return all && framed_.empty();
}

}  // namespace grapnel::load
