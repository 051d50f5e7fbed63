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

Connection::Connection(Role role, size_t number, uint16_t port, bool tls)
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
    const ssize_t count = write_some(output_.data() + sent_, output_.size() - sent_);
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
    return all;
}

}  // namespace grapnel::load
