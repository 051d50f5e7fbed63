#pragma once

#include <unordered_set>

#include "base/peer_address.h"

namespace grapnel {

class ProxyReader;
class Worker;
struct ListenerState;

// What stands between a listener and the worker that accepted from it: limits of rate, bans, and
// the header of a proxy, which says who the client is. Whoever is turned away is closed before
// anything of theirs is read, and counted. Loop thread.
class Entrance {
public:
    explicit Entrance(Worker& worker) : worker_(worker) {}
    // Requires: close() was called, or nobody waits.
    ~Entrance();
    Entrance(const Entrance&) = delete;
    Entrance& operator=(const Entrance&) = delete;

    // Somebody connected: takes over the descriptor. `peer` is the other end of the socket.
    void come(int descriptor, const PeerAddress& peer, ListenerState& listener);

    // May somebody come in from there? Counts those who may not. For those that another thread has
    // accepted already.
    bool admits(const PeerAddress& client);

    // Ends the connections of which no header has come yet.
    void close();

private:
    void read_header(int descriptor, const PeerAddress& peer, ListenerState& listener);
    void let_in(int descriptor, const PeerAddress& client, ListenerState& listener);

    Worker& worker_;
    std::unordered_set<ProxyReader*> waiting_;
};

}  // namespace grapnel
