#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/peer_address.h"

namespace grapnel {

class Poller;
class Transport;

// What a client's certificate says of it.
struct TlsPeer {
    bool has_certificate = false;  // else all else is empty
    std::string subject;           // RFC 2253
    std::string common_name;       // empty: none, or more than one
    std::vector<std::string>
        alternative_names;      // those that are a host's, an e-mail address, a URI
    bool has_username = false;  // the listener takes usernames from certificates, and there is one
    std::string username;       // not checked: it may be empty, or no text
};

// Told when a stream can be read or written. Loop thread. Either call may end in the stream's
// destruction.
class StreamHandler {
public:
    virtual void on_readable() = 0;
    virtual void on_writable() = 0;

protected:
    ~StreamHandler() = default;
};

// A two-way stream of bytes: a socket, or TLS over another stream. Belongs to
// one loop at a time.
class Stream {
public:
    // What read() and write() answer besides a count of bytes.
    static constexpr long kWouldBlock = -1;
    static constexpr long kClosed = -2;  // by the peer, in order or not

    // Bytes read (> 0), kWouldBlock or kClosed.
    virtual long read(char* buffer, size_t size) = 0;
    // Bytes written (may be fewer than offered), kWouldBlock or kClosed.
    virtual long write(const iovec* pieces, int count) = 0;
    // Which events the handler wants to hear of, until changed.
    virtual void watch(bool readable, bool writable) = 0;

    // Nothing more will be written: the peer reads to the end, then sees the end.
    virtual void finish() = 0;

    // Who the other side is, once it has sent something. Nothing: the stream is not TLS.
    virtual std::optional<TlsPeer> tls_peer() const { return std::nullopt; }

    // Takes the transport off its loop so that another loop can adopt it. The stream is dead
    // afterwards.
    virtual std::unique_ptr<Transport> release() = 0;

    // Ends the stream: its handler hears no more of it, and the object is gone once its loop has
    // let go of it. No call may follow.
    virtual void close() = 0;

protected:
    ~Stream() = default;
};

struct CloseStream {
    void operator()(Stream* stream) const { stream->close(); }
};
using StreamPointer = std::unique_ptr<Stream, CloseStream>;

// What a stream is made of while it belongs to no loop: as accepted, or on its way from one loop to
// another. Destroying it closes the connection.
class Transport {
public:
    virtual ~Transport() = default;
    // Opens it on the loop of the calling thread and watches it for bytes to read; nothing is left
    // here. Null if that fails; the connection is closed then. `poller` and `handler` outlive the
    // stream.
    virtual StreamPointer open(Poller& poller, StreamHandler& handler) = 0;
};
using TransportPointer = std::unique_ptr<Transport>;

}  // namespace grapnel
