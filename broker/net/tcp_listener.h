#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>

#include "base/peer_address.h"
#include "base/result.h"

namespace grapnel {

// A bound and listening TCP socket. Owns the descriptor. Any thread; never changes.
class TcpListener {
public:
    // `host` is a name or an address; port 0 takes a free one.
    static Result<std::shared_ptr<TcpListener>> bind(const std::string& host, uint16_t port);
    ~TcpListener();
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    int descriptor() const { return descriptor_; }
    // As bound: `1.2.3.4:1883` or `[::1]:1883`.
    const std::string& address() const { return address_; }

private:
    explicit TcpListener(int descriptor) : descriptor_(descriptor) {}

    const int descriptor_;
    std::string address_;
};

// Takes connections of a listener on one loop; several loops may share a listener. Out of
// descriptors, it rests for a moment and goes on. Loop thread.
class Acceptor {
public:
    // Called with a connected, non-blocking descriptor, which is handed over.
    using Accepted = std::function<void(int descriptor, const PeerAddress& peer)>;

    // Null if the loop refuses the socket. Close with stop().
    static Acceptor* start(uv_loop_t* loop, std::shared_ptr<TcpListener> listener,
                           Accepted accepted);
    // Accepts no more; destroys itself once the loop let go.
    void stop();

private:
    Acceptor() = default;
    ~Acceptor() = default;
    void accept_some();
    void rest();
    void closed();

    uv_poll_t poll_;
    uv_timer_t timer_;
    int open_handles_ = 2;
    int descriptor_ = -1;  // of this loop's own
    std::shared_ptr<TcpListener> listener_;
    Accepted accepted_;
};

}  // namespace grapnel
