#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../load/packet.h"

namespace grapnel::churn {

class Socket;

// What the owner of a socket is told. It may close and bury the socket within either call.
class SocketOwner {
public:
    virtual void on_packet(Socket& socket, const load::Packet& packet) = 0;
    // The broker closed it; nothing follows.
    virtual void on_end(Socket& socket) = 0;

protected:
    ~SocketOwner() = default;
};

// Waits for all sockets of the program. One thread.
class Poller {
public:
    Poller();
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    // Waits at most so long for bytes, tells the owners, then writes what was given to any socket.
    void turn(int wait_ms);
    // Destroys the socket at the end of the turn, when no caller of it is left.
    void bury(std::unique_ptr<Socket> socket);

private:
    friend class Socket;

    int epoll_ = -1;
    std::unordered_map<int, Socket*> sockets_;  // by descriptor
    std::vector<Socket*> with_output_;
    std::vector<std::unique_ptr<Socket>> buried_;
};

// One connection to the broker: bytes in, whole packets out; what is written leaves at the end of
// the turn.
class Socket {
public:
    // Connects to a port of this machine. The poller and the owner outlive the socket.
    Socket(Poller& poller, uint16_t port, SocketOwner& owner);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void hand_over(SocketOwner& owner) { owner_ = &owner; }
    void write(std::string_view bytes);
    size_t waiting_bytes() const { return output_.size() - written_; }
    // Forgets what waits; the broker may get a part of a packet and no more of it.
    void discard_output() { output_.resize(written_); }
    // Sends what waits, then the end; what the broker sends until it closes is still read.
    void finish();
    // Closes without a word, and with a TCP reset if there is unread input or it is asked for.
    void close(bool reset = false);

private:
    friend class Poller;

    void receive();
    void flush();
    void watch(bool for_room);

    Poller& poller_;
    SocketOwner* owner_;
    int descriptor_ = -1;
    bool finishing_ = false;
    bool dirty_ = false;  // stands in Poller::with_output_
    bool watched_for_room_ = false;
    std::string input_;
    std::string output_;
    size_t written_ = 0;
};

}  // namespace grapnel::churn
