#pragma once

#include <cstdint>
#include <functional>

#include "net/poller.h"
#include "net/proxy_header.h"
#include "net/timers.h"

namespace grapnel {

// Reads the PROXY header, and nothing behind it, off an accepted socket before anybody else reads
// from it. Loop thread.
class ProxyReader final : private Pollable, private Timer {
public:
    enum class Expects : uint8_t {
        header,          // of a proxy that is believed
        header_or_none,  // the same, or a client without one
        none,            // the client is no proxy: a header ends its connection
    };
    enum class Outcome : uint8_t {
        accepted,  // take_descriptor() and client() say what came
        refused,   // no header, a wrong one, one that nobody may send, or too late
        gone,      // the peer closed before it said anything
    };
    // Called once, last in a loop callback; the owner closes the reader in it.
    using Done = std::function<void(ProxyReader& reader, Outcome outcome)>;

    // Takes over `descriptor` (connected, non-blocking). `deadline_ms` of the timers' clock, 0:
    // none. Null if the poller refuses it; the descriptor is closed then. `poller` and `timers`
    // outlive the reader.
    static ProxyReader* start(Poller& poller, Timers& timers, int64_t deadline_ms, int descriptor,
                              Expects expects, Done done);

    // The socket, which is the caller's from now on.
    int take_descriptor();
    // As of ProxyHeader.
    const std::optional<PeerAddress>& client() const { return header_.client(); }

    // Ends it, and the connection unless the descriptor was taken. No call may follow.
    void close();

private:
    ProxyReader(Poller& poller, int descriptor, Expects expects, Done done);
    void on_events(uint32_t events) override;
    bool is_plain(char first) const;
    bool read();

    Poller& poller_;
    int descriptor_;  // -1: taken, or closed
    const Expects expects_;
    bool begun_ = false;
    Done done_;
    ProxyHeader header_;
};

}  // namespace grapnel
