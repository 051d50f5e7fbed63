#include "web/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/log.h"
#include "web/http.h"

namespace grapnel {

namespace {

constexpr int kAcceptsPerTurn = 16;
constexpr lws_usec_t kRest_us = 100'000;  // when the process has no descriptor left
constexpr unsigned kHeaders_s = 10;       // for a client to send its request
constexpr int kIdle_s = 15;               // of a connection kept for further requests
// How much is received at once, and how much of it a connection has room for.
constexpr size_t kReceiveBuffer = size_t{16} << 10;
// More of one write than libwebsockets hands to the socket at once, it keeps: see socket_room.
constexpr size_t kSendMost = size_t{512} << 10;
constexpr const char* kAcceptProtocol = "accept";

}  // namespace

// What libwebsockets keeps for us with a connection.
struct WebListener::Connection {
    explicit Connection(WebListener* of) : listener(of) {}
    ~Connection() {
        if (counted) listener->socket_->connections.fetch_sub(1, std::memory_order_relaxed);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    WebListener* const listener;
    std::unique_ptr<WebPeer> peer;
    bool counted = false;  // as one of its socket's
};

lws_vhost* WebListener::make_vhost(lws_context* context) {
    // Requests that are no handshake go to the first.
    static const lws_protocols kProtocols[] = {
        {kWebSocketProtocols[0], on_any_event, 0, kReceiveBuffer, 0, nullptr, kSendMost},
        {kWebSocketProtocols[1], on_any_event, 0, kReceiveBuffer, 0, nullptr, kSendMost},
        {kAcceptProtocol, on_accept_event, 0, 0, 0, nullptr, 0},
        {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.vhost_name = "grapnel";
    info.protocols = kProtocols;
    info.timeout_secs = kHeaders_s;
    info.timeout_secs_ah_idle = kHeaders_s;
    info.keepalive_timeout = kIdle_s;
    info.server_string = "grapnel";
    return lws_create_vhost(context, &info);
}

bool WebListener::open(lws_vhost* vhost) {
    vhost_ = vhost;
    lws_sock_file_fd_type descriptor;
    descriptor.filefd = ::fcntl(socket_->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (descriptor.filefd < 0) return false;
    acceptor_ = lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, descriptor,
                                           kAcceptProtocol, nullptr);
    if (acceptor_ == nullptr) return false;
    lws_set_opaque_user_data(acceptor_, new Connection(this));
    return true;
}

void WebListener::stop_accepting() {
    if (acceptor_ == nullptr) return;
    lws_set_timeout(acceptor_, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_SYNC);
}

WebListener::Connection* WebListener::connection_of(lws* wsi) {
    return static_cast<Connection*>(lws_get_opaque_user_data(wsi));
}

WebPeer* WebListener::peer_of(lws* wsi) { return connection_of(wsi)->peer.get(); }

void WebListener::set_peer(lws* wsi, std::unique_ptr<WebPeer> peer) {
    connection_of(wsi)->peer = std::move(peer);
}

int WebListener::on_any_event(lws* wsi, lws_callback_reasons reason, void*, void* in, size_t size) {
    Connection* const connection = wsi == nullptr ? nullptr : connection_of(wsi);
    if (connection == nullptr) return 0;
    if (reason != LWS_CALLBACK_WSI_DESTROY)
        return connection->listener->on_event(wsi, reason, in, size);
    lws_set_opaque_user_data(wsi, nullptr);
    delete connection;
    return 0;
}

int WebListener::on_accept_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                                 size_t size) {
    Connection* const connection = wsi == nullptr ? nullptr : connection_of(wsi);
    if (connection == nullptr) return 0;
    switch (reason) {
        case LWS_CALLBACK_RAW_RX_FILE: connection->listener->accept_some(wsi); return 0;
        case LWS_CALLBACK_TIMER: lws_rx_flow_control(wsi, 1); return 0;
        case LWS_CALLBACK_RAW_CLOSE_FILE: connection->listener->acceptor_ = nullptr; return 0;
        case LWS_CALLBACK_WSI_DESTROY: return on_any_event(wsi, reason, user, in, size);
        default: return 0;
    }
}

void WebListener::accept_some(lws* wsi) {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        const int descriptor =
            ::accept4(socket_->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                Clock clock;
                clock.refresh();
                if (socket_->out_of_descriptors(clock.monotonic_ms))
                    log_warn("web", "no more file descriptors: accepting rests",
                             {{"address", socket_->address()}});
                lws_rx_flow_control(wsi, 0);
                lws_set_timer_usecs(wsi, kRest_us);
                return;
            }
            if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
            return;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        // Closes the descriptor if it fails.
        lws* const accepted = lws_adopt_socket_vhost(vhost_, descriptor);
        if (accepted == nullptr) continue;
        auto* const connection = new Connection(this);
        connection->counted = true;
        socket_->connections.fetch_add(1, std::memory_order_relaxed);
        lws_set_opaque_user_data(accepted, connection);
    }
}

int refuse(lws* wsi, int status, const char* extra_name, const char* extra_value) {
    const std::string text = std::string(http_status_text(status)) + "\n";
    unsigned char buffer[LWS_PRE + 1024];
    unsigned char* const start = buffer + LWS_PRE;
    unsigned char* at = start;
    unsigned char* const end = buffer + sizeof buffer - 1;
    const auto code = static_cast<unsigned>(status);
    const auto add = [&](const char* name, const char* value) {
        return lws_add_http_header_by_name(wsi, reinterpret_cast<const unsigned char*>(name),
                                           reinterpret_cast<const unsigned char*>(value),
                                           static_cast<int>(std::strlen(value)), &at, end);
    };
    if (lws_add_http_header_status(wsi, code, &at, end) != 0 ||
        add("content-type:", "text/plain; charset=utf-8") != 0 ||
        add("connection:", "close") != 0 ||
        lws_add_http_header_content_length(wsi, text.size(), &at, end) != 0)
        return -1;
    if (extra_name != nullptr && add(extra_name, extra_value) != 0) return -1;
    if (lws_finalize_http_header(wsi, &at, end) != 0) return -1;
    at = std::copy(text.begin(), text.end(), at);
    lws_write(wsi, start, static_cast<size_t>(at - start), LWS_WRITE_HTTP_HEADERS);
    return -1;
}

std::string header_of(lws* wsi, lws_token_indexes token) {
    std::string value;
    const int size = lws_hdr_total_length(wsi, token);
    if (size <= 0) return value;
    value.resize(static_cast<size_t>(size) + 1);
    const int copied = lws_hdr_copy(wsi, value.data(), size + 1, token);
    value.resize(copied > 0 ? static_cast<size_t>(copied) : 0);
    return value;
}

}  // namespace grapnel
