#include "connection.h"

#include <netinet/tcp.h>
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

Connection::Connection(Role role, size_t number, uint16_t port) : role_(role), number_(number) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0)
        fail("no socket for " + name() + ": " + std::strerror(errno) + " (see ulimit -n)");
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        fail(name() + " cannot connect: " + std::strerror(errno));
}

Connection::~Connection() { ::close(descriptor_); }

std::string Connection::name() const {
    return (role_ == Role::kPublisher ? "publisher " : "subscriber ") + std::to_string(number_);
}

bool Connection::send_once() {
    const ssize_t count =
        ::send(descriptor_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
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
