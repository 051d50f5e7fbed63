#pragma once

#include <uv.h>

#include <functional>

#include "base/peer_address.h"
#include "net/listening_socket.h"

namespace grapnel {

// Takes connections of a listener on one loop; several loops may share a listener. Out of
// descriptors, it rests until there are some, and says so once. Loop thread.
class Acceptor {
public:
    // Called with a connected, non-blocking descriptor, which is handed over.
    using Accepted = std::function<void(int descriptor, const PeerAddress& peer)>;

    // Null if the loop refuses the socket. Close with stop().
    static Acceptor* start(uv_loop_t* loop, ListeningSocket::Pointer listener, Accepted accepted);
    // Accepts no more; destroys itself once the loop let go.
    void stop();

private:
    Acceptor() = default;
    ~Acceptor() = default;
    void listen();
    void accept_some();
    void rest();
    void closed();

    uv_poll_t poll_;
    uv_timer_t timer_;
    int open_handles_ = 2;
    int descriptor_ = -1;  // of this loop's own
    ListeningSocket::Pointer listener_;
    Accepted accepted_;
};

}  // namespace grapnel
