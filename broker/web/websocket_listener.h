#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "web/listener.h"
#include "web/mailbox.h"
#include "web/wakes.h"
#include "web/websocket_stream.h"

namespace grapnel {

// MQTT in binary frames of WebSocket connections. Web thread.
class WebSocketListener final : public WebListener {
public:
    struct Options {
        std::string path;                  // of the handshake's request
        std::vector<std::string> origins;  // that pages may come from; "*": any
        size_t maximum_frame_bytes = 0;
    };
    // Called on a loop of the table, with its place in it.
    using Accepted = std::function<void(size_t loop, TransportPointer, const PeerAddress&)>;

    // `wakes` outlives the listener.
    WebSocketListener(std::string id, std::shared_ptr<ListeningSocket> socket, WebDoor door,
                      Options options, std::shared_ptr<const LoopTable> loops,
                      std::shared_ptr<WebMailbox> mailbox, LoopWakes& wakes, Accepted accepted);

    // From now on connections end because the broker does: close code 1001.
    void going_away() { going_away_ = true; }

private:
    friend class WebSocketPeer;

    int on_event(lws* wsi, lws_callback_reasons reason, void* in, size_t size) override;
    int on_handshake(lws* wsi, Bytes upgrade) const;
    bool allows_origin(const std::string& origin) const;
    void accept(lws* wsi);

    const Options options_;
    const std::shared_ptr<const LoopTable> loops_;
    const std::shared_ptr<WebMailbox> mailbox_;
    LoopWakes& wakes_;
    const Accepted accepted_;
    size_t next_loop_ = 0;
    bool going_away_ = false;
};

// One WebSocket connection: the web thread's end of its channel.
class WebSocketPeer final : public WebPeer {
public:
    WebSocketPeer(WebSocketListener& listener, lws* wsi, std::shared_ptr<WebChannel> channel);
    ~WebSocketPeer() override;

    // The worker wrote, read, or said that it is done.
    void on_channel();
    // As WebListener::on_event.
    int on_receive(Bytes bytes);
    int on_writable();

private:
    int close(lws_close_status status);

    WebSocketListener& listener_;
    lws* const wsi_;
    const std::shared_ptr<WebChannel> channel_;
    std::string sending_;
    bool receives_ = true;
    bool stuck_ = false;     // libwebsockets holds a rest of what was written: see socket_room
    bool leaves_ = false;    // in so many seconds, whatever the peer does
    bool finished_ = false;  // all was sent, or given to libwebsockets
};

}  // namespace grapnel
