#pragma once

#include <uv.h>

#include <memory>

#include "net/stream.h"

namespace grapnel {

// A connected TCP or unix socket on a loop. It is a uv_poll_t and our own recv and writev rather
// than a uv_tcp_t: one recv into the worker's buffer and one writev per turn are all the system
// calls a message costs, a handle is 88 bytes smaller, and the descriptor moves to another loop
// without dup.
class SocketStream final : public Stream {
public:
    // Takes over `descriptor` (connected, non-blocking). Null if the loop refuses it; the
    // descriptor is closed then. `handler` outlives the stream. Watches nothing yet.
    static std::unique_ptr<SocketStream> open(uv_loop_t* loop, int descriptor,
                                              StreamHandler& handler);
    ~SocketStream() override;

    long read(char* buffer, size_t size) override;
    long write(const iovec* pieces, int count) override;
    void watch(bool readable, bool writable) override;
    void finish() override;
    int release() override;

private:
    // Lives until libuv has closed it, a little longer than the stream.
    struct Poll {
        uv_poll_t handle;
        SocketStream* stream;
        int events;  // that are watched
    };

    SocketStream(int descriptor, StreamHandler& handler)
        : handler_(handler), descriptor_(descriptor) {}
    static void on_event(uv_poll_t* handle, int status, int events);
    void close_poll();

    StreamHandler& handler_;
    Poll* poll_ = nullptr;
    int descriptor_;
};

}  // namespace grapnel
