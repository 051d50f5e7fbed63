// The floor that a broker's cost is compared with: copies QoS 0 messages from socket to socket, and
// is nothing else. It accepts everybody, grants QoS 0, compares topics with exact filters and with
// a + at their end, and trusts whoever speaks to it. What is read in one turn is written at its
// end, once for each receiver.
// Usage: relay PORT

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/address.h"
#include "load/packet.h"

namespace {

namespace load = grapnel::load;

constexpr size_t kReadBuffer = 128 * 1024;
constexpr int kEventsMost = 256;

struct Peer {
    int descriptor = -1;
    bool marked = false;   // has output of this turn
    bool blocked = false;  // waits for room
    bool gone = false;
    std::string input;  // the beginning of a packet
    std::string output;
};

class Relay {
public:
    explicit Relay(uint16_t port)
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), epoll_(::epoll_create1(0)) {
        const int on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const sockaddr_in address = load::loopback(port);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 4096) != 0) {
            std::perror("relay");
            std::exit(1);
        }
        watch(EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
    }

    void turn() {
        epoll_event events[kEventsMost];
        const int count = ::epoll_wait(epoll_, events, kEventsMost, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.ptr == nullptr) {
                accept();
                continue;
            }
            Peer& peer = *static_cast<Peer*>(events[i].data.ptr);
            if ((events[i].events & EPOLLOUT) != 0) mark(peer);
            if ((events[i].events & ~EPOLLOUT) != 0) read(peer);
        }
        for (Peer* peer : marked_) write(*peer);
        marked_.clear();
    }

private:
    using Receivers = std::map<std::string, std::vector<Peer*>, std::less<>>;

    void watch(int operation, int descriptor, uint32_t events, Peer* peer) {
        epoll_event event{};
        event.events = events;
        event.data.ptr = peer;
        ::epoll_ctl(epoll_, operation, descriptor, &event);
    }

    void accept() {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        if (descriptor < 0) return;
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto* peer = new Peer;  // as long as the process: others may refer to it
        peer->descriptor = descriptor;
        watch(EPOLL_CTL_ADD, descriptor, EPOLLIN, peer);
    }

    void mark(Peer& peer) {
        if (!peer.marked) marked_.push_back(&peer);
        peer.marked = true;
    }

    void read(Peer& peer) {
        const ssize_t count = ::recv(peer.descriptor, buffer_, sizeof buffer_, 0);
        if (count <= 0) {
            if (count == 0 || (errno != EAGAIN && errno != EINTR)) end(peer);
            return;
        }
        std::string_view bytes(buffer_, static_cast<size_t>(count));
        if (!peer.input.empty()) {
            peer.input.append(bytes);
            bytes = peer.input;
        }
        std::string rest(handle_packets(peer, bytes));
        peer.input.swap(rest);
    }

    void end(Peer& peer) {
        peer.gone = true;
        ::close(peer.descriptor);
    }

    void write(Peer& peer) {
        peer.marked = false;
        if (peer.gone || peer.output.empty()) return;
        const ssize_t count =
            ::send(peer.descriptor, peer.output.data(), peer.output.size(), MSG_NOSIGNAL);
        if (count == static_cast<ssize_t>(peer.output.size()))
            peer.output.clear();
        else if (count > 0)
            peer.output.erase(0, static_cast<size_t>(count));
        const bool blocked = !peer.output.empty();
        if (blocked == peer.blocked) return;
        peer.blocked = blocked;
        watch(EPOLL_CTL_MOD, peer.descriptor, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, &peer);
    }

    // Handles the whole packets, and gives back what is behind them.
    std::string_view handle_packets(Peer& peer, std::string_view bytes) {
        load::Packet packet;
        for (std::string_view rest = bytes; load::take_packet(rest, packet); bytes = rest)
            handle(peer, bytes.substr(0, bytes.size() - rest.size()), packet);
        return bytes;
    }

    static std::string_view text(std::string_view bytes) {
        const size_t high = static_cast<uint8_t>(bytes[0]);
        return bytes.substr(2, high << 8 | static_cast<uint8_t>(bytes[1]));
    }

    // `whole` is the packet with its head.
    void handle(Peer& peer, std::string_view whole, const load::Packet& packet) {
        switch (packet.first & 0xf0) {
            case load::kConnect: answer(peer, {"\x20\x02\x00\x00", 4}); break;
            case load::kPublish: publish(whole, text(packet.body)); break;
            case load::kSubscribe & 0xf0: subscribe(peer, packet.body); break;
            case load::kPingreq: answer(peer, {"\xd0\x00", 2}); break;
            default: break;
        }
    }

    void answer(Peer& peer, std::string_view packet) {
        peer.output.append(packet);
        mark(peer);
    }

    void subscribe(Peer& peer, std::string_view body) {
        std::string answered = {static_cast<char>(0x90), 0, body[0], body[1]};
        for (body.remove_prefix(2); !body.empty();) {
            const std::string_view filter = text(body);
            body.remove_prefix(2 + filter.size() + 1);
            if (filter.back() == '+')
                receivers_below_[std::string(filter.substr(0, filter.size() - 1))].push_back(&peer);
            else
                receivers_[std::string(filter)].push_back(&peer);
            answered.push_back(0);
        }
        answered[1] = static_cast<char>(answered.size() - 2);
        answer(peer, answered);
    }

    void publish(std::string_view packet, std::string_view topic) {
        copy(packet, receivers_, topic);
        if (!receivers_below_.empty())
            copy(packet, receivers_below_, topic.substr(0, topic.rfind('/') + 1));
    }

    void copy(std::string_view packet, const Receivers& receivers, std::string_view key) {
        const auto found = receivers.find(key);
        if (found == receivers.end()) return;
        for (Peer* receiver : found->second) answer(*receiver, packet);
    }

    const int listener_;
    const int epoll_;
    Receivers receivers_;        // by topic
    Receivers receivers_below_;  // by all but the +
    std::vector<Peer*> marked_;
    char buffer_[kReadBuffer];
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: relay PORT\n", stderr);
        return 2;
    }
    const auto port = static_cast<uint16_t>(std::strtoul(arguments[1], nullptr, 10));
    const auto relay = std::make_unique<Relay>(port);
    for (;;) relay->turn();
}
