#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "net/stream.h"

namespace grapnel {

class Loop;
class WebMailbox;
class WebSocketPeer;
class WebSocketStream;

// The bytes of one WebSocket connection between the web thread, which has the socket, and the loop
// of the worker that has the stream: bounded both ways. Who adds bytes to an empty side wakes the
// other, so that a batch costs one wake-up.
class WebChannel : public std::enable_shared_from_this<WebChannel> {
public:
    // How many bytes may wait in each direction.
    static constexpr size_t kWaitMost = size_t{256} << 10;

    // `headroom`: bytes that are left free in front of what take() gives.
    WebChannel(std::shared_ptr<WebMailbox> mailbox, size_t headroom)
        : mailbox_(std::move(mailbox)), headroom_(headroom) {}
    WebChannel(const WebChannel&) = delete;
    WebChannel& operator=(const WebChannel&) = delete;

    // The web thread's side. `wake`: the loop on which poke() is to be called, null for none.
    struct Pushed {
        Loop* wake = nullptr;
        bool full = false;  // nothing more is to be received until news() says so
    };
    Pushed push(Bytes bytes);
    // The connection is gone: what was pushed can still be read, nothing is written any more.
    Loop* end();
    // What the mailbox told of: besides this, there may be something to take.
    struct News {
        bool receive = false;   // the worker has taken what it got: receiving goes on
        bool finished = false;  // nothing will follow what is still to be taken
    };
    News news();
    struct Taken {
        Loop* wake = nullptr;
        bool left = false;      // there is more already
        bool finished = false;  // nothing will follow what was taken
    };
    // Moves up to `most` bytes that the worker wrote into `bytes`, behind the headroom; empty if
    // there is nothing.
    Taken take(std::string& bytes, size_t most);
    // For what take() or fetch() gave, when it is not needed any more; it is empty then. Any
    // thread.
    void give_back(std::string& bytes);
    // Nothing: no TLS. Set before a stream is opened.
    std::optional<TlsPeer> tls_peer;
    // Null once the connection is gone.
    WebSocketPeer* peer = nullptr;

    // The loop's side; the calls belong to the thread of the loop that the stream was attached to.
    void attach(Loop& loop, WebSocketStream& stream);
    void detach();
    // Tells the stream that something came, if it is still on that loop.
    void poke(Loop& loop);
    // Moves what was received into `bytes` and lets more come. Whether the connection is gone is
    // said once nothing is left.
    enum class Fetched : uint8_t { some, nothing, ended };
    Fetched fetch(std::string& bytes);
    // As Stream::write.
    long write(const iovec* pieces, int count);
    // Would read() or write() say something new? With `wants_room`, the stream is poked once it may
    // write.
    bool readable();
    bool writable(bool wants_room);
    void finish();
    // Nobody reads or writes any more. Any thread.
    void drop();

    // What the stream fetched and did not hand on; travels with it.
    std::string fetched;
    size_t fetched_used = 0;

private:
    // Requires the lock. The loop to wake, unless it is woken already.
    Loop* wake();
    // Tells the web thread, unless it is told already. With the lock, which it releases.
    void tell(std::unique_lock<std::mutex>& lock);

    const std::shared_ptr<WebMailbox> mailbox_;
    const size_t headroom_;
    std::mutex mutex_;  // guards what follows
    Loop* loop_ = nullptr;
    WebSocketStream* stream_ = nullptr;
    std::string in_;
    std::string out_;  // begins with the headroom once there is anything
    bool poked_ = false;
    bool told_ = false;
    bool full_ = false;
    bool wants_room_ = false;
    bool ended_ = false;
    bool finished_ = false;
    bool dropped_ = false;
};

}  // namespace grapnel
