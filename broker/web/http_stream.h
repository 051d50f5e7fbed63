#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

namespace grapnel {

// The body of an HTTP answer that comes piece by piece for as long as somebody writes and the peer
// listens. Written by the handler's side, read by the connection's. Any thread.
class HttpStream {
public:
    // What may wait for a peer. One that lets more wait gets none of it: the body ends.
    static constexpr size_t kWaitingMost = size_t{1} << 20U;

    // False: nobody reads any more. The stream has ended then.
    bool write(std::string piece);
    // The body ends behind what was written.
    void end();
    // False after end(), or when the peer is gone or was too slow.
    bool open() const;

    // The connection's side. `wake` is called, on any thread, when an empty stream has something to
    // read, or has ended; not inside one of these functions, and not after close().
    void attach(std::function<void()> wake);
    // At most that many bytes of what waits; empty: nothing does now.
    std::string take(size_t most);
    // All is read, and nothing more comes.
    bool finished() const;
    // The peer is gone.
    void close();

private:
    void drop();  // with mutex_

    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::deque<std::string> pieces_;
    size_t read_ = 0;  // of the first
    size_t waiting_ = 0;
    bool ended_ = false;
};

}  // namespace grapnel
