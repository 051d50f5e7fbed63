#pragma once

#include <libwebsockets.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/peer_address.h"
#include "net/listening_socket.h"
#include "net/stream.h"
#include "net/tls_server.h"
#include "stats/counter.h"

namespace grapnel {

// What libwebsockets calls for one connection, and where its state lives: it goes with the
// connection. Web thread.
class WebPeer {
public:
    virtual ~WebPeer() = default;
};

// What stands before the connections of a listener.
struct WebDoor {
    // May somebody come in from there? Whoever may not is closed before anything is read. Web
    // thread.
    std::function<bool(const PeerAddress&)> admits;
    TlsServer* tls = nullptr;       // null: plain; outlives the listener
    Counter* unreadable = nullptr;  // connections that ended without a request; outlives it too
};

// One listening socket: accepts its connections and is told what happens on them. All listeners
// share a vhost of libwebsockets, which would choose among several by the Host of a request. Web
// thread, but for the constructor. Destroyed after the vhost.
class WebListener {
public:
    WebListener(std::string id, std::shared_ptr<ListeningSocket> socket, WebDoor door)
        : id_(std::move(id)), socket_(std::move(socket)), door_(std::move(door)) {}
    virtual ~WebListener() = default;
    WebListener(const WebListener&) = delete;
    WebListener& operator=(const WebListener&) = delete;

    const std::string& id() const { return id_; }

    // How long a client may take to shake hands, and then to send its request.
    static constexpr unsigned kHandshake_s = 10;

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
    // Where the connection came from, as it was when it was accepted: the socket of a peer that
    // resets it does not know any more.
    static const PeerAddress& address_of(lws* wsi);
    // What TLS says of the other side; nothing: plain.
    static std::optional<TlsPeer> tls_peer_of(lws* wsi);

private:
    struct Connection;

    static int on_any_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                            size_t size);
    static int on_accept_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                               size_t size);
    static int on_refused_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                                size_t size);
    static Connection* connection_of(lws* wsi);
    static void destroyed(lws* wsi);
    void accept_some(lws* wsi);
    void rest(lws* wsi);
    void adopt(int descriptor, const PeerAddress& peer);
    void linger(int descriptor);

    // Since it was set to false, libwebsockets has made a connection.
    static thread_local bool created_;

    const std::string id_;
    const std::shared_ptr<ListeningSocket> socket_;
    const WebDoor door_;
    lws_vhost* vhost_ = nullptr;
    lws* acceptor_ = nullptr;
};

// The sub-protocols that a WebSocket handshake may choose; the vhost has no others with a name that
// a client could send.
inline constexpr const char* kWebSocketProtocols[] = {"mqtt", "mqttv3.1"};

// Answers with a short text and ends the connection; for what is no request to a handler. The value
// to return from on_event().
int refuse(lws* wsi, int status, const char* extra_name = nullptr,
           const char* extra_value = nullptr);

// Header fields of the request being handled; empty: there is none.
std::string header_of(lws* wsi, lws_token_indexes token);

}  // namespace grapnel
