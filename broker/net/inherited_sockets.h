#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace grapnel {

// The sockets that whoever started this process opened for it, as systemd does for a .socket unit:
// LISTEN_FDS descriptors from 3 on, for the process LISTEN_PID, with the names LISTEN_FDNAMES. Main
// thread.
class InheritedSockets {
public:
    InheritedSockets() = default;
    InheritedSockets(InheritedSockets&& other) noexcept;
    InheritedSockets& operator=(InheritedSockets&& other) noexcept;
    // Closes those that nobody took.
    ~InheritedSockets();

    // What the environment tells of, which is removed from it: a child is not to take them for its
    // own. None if they are meant for another process. Once in a process.
    static InheritedSockets from_environment();

    // The socket that is bound to `address` (as ListeningSocket::address() says it), else the first
    // of that name; the caller's from now on. -1: there is none.
    int take(Bytes name, Bytes address);

    struct Socket {
        int descriptor;
        std::string name;     // empty: none was given
        std::string address;  // empty: it is no bound socket
    };
    // Those that nobody took.
    const std::vector<Socket>& left() const { return sockets_; }

private:
    std::vector<Socket> sockets_;
};

// Where a socket is bound: `1.2.3.4:1883`, `[::1]:1883` or a path. Empty: nowhere.
std::string bound_address(int descriptor);

}  // namespace grapnel
