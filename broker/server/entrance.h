#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/peer_address.h"
#include "server/listener_place.h"

namespace grapnel {

class ProxyReader;
class Worker;
struct Counters;

// May somebody come in from there, by bans and rates? Counts those who may not. Thread of the
// counters.
bool admits(Core& core, Counters& counters, const PeerAddress& client, int64_t now_ms);

// What stands between a listener and the worker that accepted from it: limits of rate, bans, and
// the header of a proxy, which says who the client is. Whoever is turned away is closed before
// anything of theirs is read, and counted. Who waits with a header has a place of the listener and
// the time for CONNECT, as whoever waits with that. Loop thread.
class Entrance {
public:
    explicit Entrance(Worker& worker) : worker_(worker) {}
    // Requires: close() was called, or nobody waits.
    ~Entrance();
    Entrance(const Entrance&) = delete;
    Entrance& operator=(const Entrance&) = delete;

    // Somebody connected: takes over the descriptor. `peer` is the other end of the socket.
    void come(int descriptor, const PeerAddress& peer, ListenerState& listener);

    // Ends the connections of which no header has come yet.
    void close();

private:
    struct Waiting {
        ListenerPlace place;
        int64_t deadline_ms;  // 0: none
    };

    void read_header(int descriptor, const PeerAddress& peer, ListenerState& listener,
                     bool believed);
    bool admits(const PeerAddress& client);
    void let_in(ProxyReader& reader, const PeerAddress& peer, bool believed, Waiting waiting);

    Worker& worker_;
    std::unordered_map<ProxyReader*, Waiting> waiting_;
};

}  // namespace grapnel
