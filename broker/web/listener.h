#pragma once

#include <libwebsockets.h>

#include <memory>
#include <string>

#include "base/peer_address.h"
#include "net/listening_socket.h"

namespace grapnel {

// What libwebsockets calls for one connection, and where its state lives: it goes with the
// connection. Web thread.
class WebPeer {
public:
    virtual ~WebPeer() = default;
};

// One listening socket: accepts its connections and is told what happens on them. All listeners
// share a vhost of libwebsockets, which would choose among several by the Host of a request. Web
// thread, but for the constructor. Destroyed after the vhost.
class WebListener {
public:
    WebListener(std::string id, std::shared_ptr<ListeningSocket> socket)
        : id_(std::move(id)), socket_(std::move(socket)) {}
    virtual ~WebListener() = default;
    WebListener(const WebListener&) = delete;
    WebListener& operator=(const WebListener&) = delete;

    const std::string& id() const { return id_; }

    // The vhost of all listeners; null if libwebsockets cannot, which has logged why.
    static lws_vhost* make_vhost(lws_context* context);
    // Begins to accept. False if libwebsockets cannot; it has logged why.
    bool open(lws_vhost* vhost);
    // Accepts no more; connections stay.
    void stop_accepting();

protected:
    // As lws_callback_function of a protocol. Not 0: the connection ends.
    virtual int on_event(lws* wsi, lws_callback_reasons reason, void* in, size_t size) = 0;

    static WebPeer* peer_of(lws* wsi);
    // The connection owns the peer from now on; one that it had is gone.
    static void set_peer(lws* wsi, std::unique_ptr<WebPeer> peer);

private:
    static int on_any_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                            size_t size);
    static int on_accept_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                               size_t size);
    void accept_some(lws* wsi);

    struct Connection;
    static Connection* connection_of(lws* wsi);

    const std::string id_;
    const std::shared_ptr<ListeningSocket> socket_;
    lws_vhost* vhost_ = nullptr;
    lws* acceptor_ = nullptr;
};

// The sub-protocols that a WebSocket handshake may choose.
inline constexpr const char* kWebSocketProtocols[] = {"mqtt", "mqttv3.1"};

// Answers with a short text and ends the connection; for what is no request to a handler. The value
// to return from on_event().
int refuse(lws* wsi, int status, const char* extra_name = nullptr,
           const char* extra_value = nullptr);

// Header fields of the request being handled; empty: there is none.
std::string header_of(lws* wsi, lws_token_indexes token);

}  // namespace grapnel
