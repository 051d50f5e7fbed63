#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/peer_address.h"
#include "net/stream.h"
#include "net/tls_context.h"

namespace grapnel {

// The TLS of one listener: what its new connections are given, and what became of them. Any thread.
class TlsServer {
public:
    TlsServer(std::string listener_id, std::shared_ptr<const TlsContext> context)
        : listener(std::move(listener_id)), context_(std::move(context)) {}
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    // For connections from now on; those that are open keep what they have.
    void replace(std::shared_ptr<const TlsContext> context);
    std::shared_ptr<const TlsContext> context() const;

    const std::string listener;
    std::atomic<uint64_t> handshakes{0};         // that came to a good end
    std::atomic<uint64_t> handshakes_failed{0};  // also because the connection was closed

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const TlsContext> context_;  // guarded by mutex_
};

// TLS over a connection that was accepted just now. The server outlives it. Where no new state for
// it can be had, the connection is closed and null is answered.
TransportPointer start_tls(TransportPointer transport, TlsServer& server, const PeerAddress& peer);

}  // namespace grapnel
