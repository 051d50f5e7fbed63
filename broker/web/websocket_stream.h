#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/poller.h"
#include "net/stream.h"
#include "web/channel.h"

namespace grapnel {

class Loop;
class LoopTable;

// A WebSocket connection as bytes: what binary frames carry. The socket and the frames are the web
// thread's; here is the loop's end of its channel.
class WebSocketStream final : public Stream, private Pollable {
public:
    long read(char* buffer, size_t size) override;
    long write(const iovec* pieces, int count) override;
    void watch(bool readable, bool writable) override;
    void finish() override;
    std::optional<TlsPeer> tls_peer() const override { return channel_->tls_peer; }
    TransportPointer release() override;
    void close() override;

    // Something came or went at the other end of the channel. Loop thread, in a task of the loop.
    void poked();

private:
    friend class WebSocketTransport;
    WebSocketStream(Loop& loop, std::shared_ptr<const LoopTable> loops, StreamHandler& handler,
                    std::shared_ptr<WebChannel> channel);
    void on_events(uint32_t) override {}
    bool readable() const;
    bool has_news() const;
    // Comes back in another turn, as a socket that still has something would.
    void poke_later();

    Loop& loop_;
    const std::shared_ptr<const LoopTable> loops_;
    StreamHandler* handler_;  // null: released or closed
    std::shared_ptr<WebChannel> channel_;
    bool watches_readable_ = true;
    bool watches_writable_ = false;
    bool poke_due_ = false;
};

// The loop of each poller: where streams can be opened. Never changes once there are streams.
class LoopTable {
public:
    explicit LoopTable(std::vector<Loop*> loops) : loops_(std::move(loops)) {}
    Loop& of(const Poller& poller) const;
    const std::vector<Loop*>& all() const { return loops_; }

private:
    const std::vector<Loop*> loops_;
};

// A WebSocket connection on its way from loop to loop.
class WebSocketTransport final : public Transport {
public:
    WebSocketTransport(std::shared_ptr<const LoopTable> loops, std::shared_ptr<WebChannel> channel)
        : loops_(std::move(loops)), channel_(std::move(channel)) {}
    ~WebSocketTransport() override;
    StreamPointer open(Poller& poller, StreamHandler& handler) override;

private:
    const std::shared_ptr<const LoopTable> loops_;
    std::shared_ptr<WebChannel> channel_;  // null: opened
};

}  // namespace grapnel
