#include "loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.h"
#include "fail.h"

namespace grapnel::load {

namespace {

constexpr size_t kEventsMax = 1024;
constexpr size_t kInputBytesMin = 512 * 1024;

}  // namespace

Loop::Loop(Listener& listener, size_t packet_max)
    : listener_(listener),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      events_(kEventsMax),
      input_(std::max(kInputBytesMin, 4 * packet_max)),
      turned_ns_(now_ns()) {
    if (epoll_ < 0) fail(std::string("no epoll: ") + std::strerror(errno));
}

Loop::~Loop() { ::close(epoll_); }

void Loop::watch(Connection& connection, int operation, uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &connection;
    if (::epoll_ctl(epoll_, operation, connection.descriptor_, &event) != 0)
        fail(std::string("cannot watch a socket: ") + std::strerror(errno));
}

void Loop::add(Connection& connection) { watch(connection, EPOLL_CTL_ADD, EPOLLIN); }

void Loop::will_send(Connection& connection) {
    if (connection.will_send_) return;
    connection.will_send_ = true;
    senders_.push_back(&connection);
}

void Loop::send(Connection& connection) {
    connection.will_send_ = false;
    if (connection.blocked_ || connection.unsent() == 0 || connection.send_once()) return;
    connection.blocked_ = true;
    watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

void Loop::send_all() {
    for (Connection* connection : senders_) send(*connection);
    senders_.clear();
}

void Loop::receive(Connection& connection) {
    const size_t kept = connection.incomplete_.size();
    std::memcpy(input_.data(), connection.incomplete_.data(), kept);
    const ssize_t count = connection.receive(input_.data() + kept, input_.size() - kept);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) fail(connection.name() + " cannot receive: " + std::strerror(errno));
    if (count == 0) fail("the broker closed the connection of " + connection.name());
    std::string_view bytes(input_.data(), kept + static_cast<size_t>(count));
    Packet packet;
    while (take_packet(bytes, packet)) listener_.on_packet(connection, packet);
    if (bytes.size() == input_.size()) fail("the broker sent a packet that is far too long");
    connection.incomplete_.assign(bytes);
}

void Loop::turn(int wait_ms) {
    const uint64_t before_ns = now_ns();
    const int count = ::epoll_wait(epoll_, events_.data(), static_cast<int>(kEventsMax), wait_ms);
    if (count < 0 && errno != EINTR) fail(std::string("cannot wait: ") + std::strerror(errno));
    turned_ns_ = now_ns();
    if (wait_ms != 0 || count <= 0) idle_ns_ += turned_ns_ - before_ns;
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events_[static_cast<size_t>(i)];
        auto& connection = *static_cast<Connection*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0) {
            connection.blocked_ = false;
            watch(connection, EPOLL_CTL_MOD, EPOLLIN);
            will_send(connection);
        }
        if ((event.events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) receive(connection);
    }
    send_all();
}

}  // namespace grapnel::load
