#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>

#include "base/peer_address.h"

namespace grapnel {

// Told when a stream can be read or written. Loop thread. Either call may end in the stream's
// destruction.
class StreamHandler {
public:
    virtual void on_readable() = 0;
    virtual void on_writable() = 0;

protected:
    ~StreamHandler() = default;
};

// A two-way stream of bytes: a socket now; TLS and WebSocket are streams over streams. Belongs to
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

    // Takes the transport off its loop so that another loop can adopt it. The stream is dead
    // afterwards. Returns the file descriptor, which the caller owns from here on.
    virtual int release() = 0;

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

}  // namespace grapnel
