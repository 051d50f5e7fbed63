#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "connection.h"
#include "packet.h"

namespace grapnel::load {

// Moves the bytes of all connections in one thread. A turn waits for the sockets, reads each that
// has something once, and writes each that has output once. Nothing is closed before the end of
// the run: a connection that the broker closes ends it.
class Loop {
public:
    class Listener {
    public:
        virtual void on_packet(Connection& connection, const Packet& packet) = 0;

    protected:
        ~Listener() = default;
    };

    // The listener outlives the loop. A packet has at most `packet_max` bytes.
    Loop(Listener& listener, size_t packet_max);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // The connection outlives the loop.
    void add(Connection& connection);
    // To be called after appending to the connection's output; it is sent at the end of the turn,
    // or by send_all.
    void will_send(Connection& connection);
    void send_all();
    // Waits at most `wait_ms`; 0 only looks.
    void turn(int wait_ms);

    // When the last turn's wait ended.
    uint64_t turned_ns() const { return turned_ns_; }
    // Time spent in waits: those that could have slept, and those that found nothing.
    uint64_t idle_ns() const { return idle_ns_; }

private:
    void send(Connection& connection);
    void receive(Connection& connection);
    void watch(Connection& connection, int operation, uint32_t events);

    Listener& listener_;
    const int epoll_;
    std::vector<epoll_event> events_;
    std::vector<char> input_;  // of whichever connection is read
    std::vector<Connection*> senders_;
    uint64_t turned_ns_ = 0;
    uint64_t idle_ns_ = 0;
};

}  // namespace grapnel::load
