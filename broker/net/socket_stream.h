#pragma once

#include <cstdint>

#include "net/poller.h"
#include "net/stream.h"

namespace grapnel {

// A connected socket (non-blocking), which it owns.
class SocketTransport final : public Transport {
public:
    explicit SocketTransport(int descriptor) : descriptor_(descriptor) {}
    ~SocketTransport() override;
    StreamPointer open(Poller& poller, StreamHandler& handler) override;

private:
    int descriptor_;  // -1: opened
};

// A connected TCP or unix socket in a poller. One recv into the worker's buffer and one sendmsg per
// turn are all the system calls that a message costs, and the descriptor moves to another loop
// without dup.
class SocketStream final : public Stream, private Pollable {
public:
    // Takes over `descriptor` (connected, non-blocking) and watches it for bytes to read. Null if
    // the poller refuses it; the descriptor is closed then. `poller` and `handler` outlive the
    // stream.
    static StreamPointer open(Poller& poller, int descriptor, StreamHandler& handler);

    long read(char* buffer, size_t size) override;
    long write(const iovec* pieces, int count) override;
    void watch(bool readable, bool writable) override;
    void finish() override;
    TransportPointer release() override;
    void close() override;

private:
    SocketStream(Poller& poller, int descriptor, StreamHandler& handler)
        : poller_(poller), handler_(&handler), descriptor_(descriptor) {}
    void on_events(uint32_t events) override;
    int detach();

    Poller& poller_;
    StreamHandler* handler_;  // null: released
    int descriptor_;
    uint32_t watched_ = EPOLLIN;
};

}  // namespace grapnel
