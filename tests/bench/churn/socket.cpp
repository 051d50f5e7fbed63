#include "socket.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "../load/address.h"
#include "../load/fail.h"

namespace grapnel::churn {

namespace {

constexpr size_t kReadSize = 64 * 1024;
constexpr int kEventsATurn = 256;

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Poller::~Poller() {
    buried_.clear();
    ::close(epoll_);
}

void Poller::turn(int wait_ms) {
    epoll_event events[kEventsATurn];
    const int count = ::epoll_wait(epoll_, events, kEventsATurn, wait_ms);
    for (int i = 0; i < count; ++i) {
        const auto found = sockets_.find(events[i].data.fd);
        if (found == sockets_.end()) continue;
        Socket& socket = *found->second;
        if ((events[i].events & EPOLLOUT) != 0) socket.flush();
        if ((events[i].events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) socket.receive();
    }
    for (Socket* socket : std::exchange(with_output_, {})) {
        socket->dirty_ = false;
        socket->flush();
    }
    buried_.clear();
}

void Poller::bury(std::unique_ptr<Socket> socket) {
    socket->close();
    buried_.push_back(std::move(socket));
}

Socket::Socket(Poller& poller, uint16_t port, SocketOwner& owner)
    : poller_(poller), owner_(&owner) {
    const sockaddr_in address = load::loopback(port);
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 ||
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        load::fail(std::string("cannot connect: ") + std::strerror(errno));
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor_;
    ::epoll_ctl(poller_.epoll_, EPOLL_CTL_ADD, descriptor_, &event);
    poller_.sockets_[descriptor_] = this;
}

Socket::~Socket() {
    close();
    if (dirty_) std::erase(poller_.with_output_, this);
}

void Socket::close(bool reset) {
    if (descriptor_ < 0) return;
    if (reset) {
        const linger at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    poller_.sockets_.erase(descriptor_);
    ::close(std::exchange(descriptor_, -1));
}

void Socket::write(std::string_view bytes) {
    if (descriptor_ < 0) return;
    output_.append(bytes);
    if (!dirty_) poller_.with_output_.push_back(this);
    dirty_ = true;
}

void Socket::finish() {
    finishing_ = true;
    flush();
}

void Socket::watch(bool for_room) {
    if (for_room == watched_for_room_) return;
    watched_for_room_ = for_room;
    epoll_event event{};
    event.events = EPOLLIN | (for_room ? static_cast<uint32_t>(EPOLLOUT) : 0u);
    event.data.fd = descriptor_;
    ::epoll_ctl(poller_.epoll_, EPOLL_CTL_MOD, descriptor_, &event);
}

void Socket::flush() {
    while (descriptor_ >= 0 && written_ < output_.size()) {
        const ssize_t count =
            ::send(descriptor_, output_.data() + written_, output_.size() - written_, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return watch(true);
        if (count < 0) break;  // reading tells the owner
        written_ += static_cast<size_t>(count);
    }
    output_.clear();
    written_ = 0;
    if (descriptor_ < 0) return;
    watch(false);
    if (finishing_) ::shutdown(descriptor_, SHUT_WR);
}

void Socket::receive() {
    static char buffer[kReadSize];
    const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        close();
        return owner_->on_end(*this);
    }
    std::string_view bytes(buffer, static_cast<size_t>(count));
    if (!input_.empty()) {
        input_.append(bytes);
        bytes = input_;
    }
    load::Packet packet;
    while (descriptor_ >= 0 && load::take_packet(bytes, packet)) owner_->on_packet(*this, packet);
    input_ = std::string(bytes);
}

}  // namespace grapnel::churn
