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
#include "net/tls_adopted.h"
#include "web/http.h"

namespace grapnel {

namespace {

constexpr int kAcceptsPerTurn = 16;
constexpr int kHandshakesPerTurn = 4;     // of TLS: each costs those who are connected time
constexpr lws_usec_t kRest_us = 100'000;  // when the process has no descriptor left
constexpr int kIdle_s = 15;               // of a connection kept for further requests
// How much is received at once, and how much of it a connection has room for.
constexpr size_t kReceiveBuffer = size_t{16} << 10;
// More of one write than libwebsockets hands to the socket at once, it keeps: see socket_room.
constexpr size_t kSendMost = size_t{512} << 10;
// A client may choose any protocol of the vhost by its name, but for these: with their spaces they
// are no tokens (RFC 9110, 5.6.2).
constexpr const char* kAcceptProtocol = "accepts connections";
constexpr const char* kRefusedProtocol = "was refused";

// Has a client left HTTP for bytes of its own? libwebsockets lets it by CONNECT, and has no time
// limit for it from then on.
bool leaves_http(lws_callback_reasons reason) {
    return reason == LWS_CALLBACK_RAW_ADOPT || reason == LWS_CALLBACK_RAW_RX ||
           reason == LWS_CALLBACK_RAW_WRITEABLE;
}

}  // namespace

// What libwebsockets keeps for us with a connection.
struct WebListener::Connection {
    explicit Connection(WebListener* of, const PeerAddress& from = {})
        : listener(of), address(from) {}
    ~Connection() {
        if (counted) listener->socket_->connections.fetch_sub(1, std::memory_order_relaxed);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    WebListener* const listener;
    const PeerAddress address;
    std::unique_ptr<WebPeer> peer;
    std::unique_ptr<AdoptedTls> tls;  // null: plain
    bool counted = false;             // as one of its socket's
    bool asked = false;               // there was a request that libwebsockets could read
};

thread_local bool WebListener::created_ = false;

lws_vhost* WebListener::make_vhost(lws_context* context) {
    // Requests that are no handshake go to the first.
    static const lws_protocols kProtocols[] = {
        {kWebSocketProtocols[0], on_any_event, 0, kReceiveBuffer, 0, nullptr, kSendMost},
        {kWebSocketProtocols[1], on_any_event, 0, kReceiveBuffer, 0, nullptr, kSendMost},
        {kAcceptProtocol, on_accept_event, 0, 0, 0, nullptr, 0},
        {kRefusedProtocol, on_refused_event, 0, 0, 0, nullptr, 0},
        {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.vhost_name = "grapnel";
    info.protocols = kProtocols;
    // Connections are adopted with TLS or without; LOAD_EXTRA_SERVER_VERIFY_CERTS sets it up.
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
    info.timeout_secs = kHandshake_s;
    info.timeout_secs_ah_idle = kHandshake_s;
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
    auto connection = std::make_unique<Connection>(this);
    connection->asked = true;  // it is no client
    lws_set_opaque_user_data(acceptor_, connection.release());
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

const PeerAddress& WebListener::address_of(lws* wsi) { return connection_of(wsi)->address; }

std::optional<TlsPeer> WebListener::tls_peer_of(lws* wsi) {
    const AdoptedTls* const tls = connection_of(wsi)->tls.get();
    if (tls == nullptr || !tls->open()) return std::nullopt;
    return tls->peer(*lws_get_ssl(wsi));
}

int WebListener::on_any_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                              size_t size) {
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS)
        AdoptedTls::set_up(*static_cast<SSL_CTX*>(user));
    if (reason == LWS_CALLBACK_WSI_CREATE) created_ = true;
    Connection* const connection = wsi == nullptr ? nullptr : connection_of(wsi);
    if (connection == nullptr) return 0;
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        destroyed(wsi);
        return 0;
    }
    if (leaves_http(reason)) return -1;
    if (reason == LWS_CALLBACK_HTTP || reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE)
        connection->asked = true;
    return connection->listener->on_event(wsi, reason, in, size);
}

void WebListener::destroyed(lws* wsi) {
    const std::unique_ptr<Connection> connection(connection_of(wsi));
    lws_set_opaque_user_data(wsi, nullptr);
    WebListener& listener = *connection->listener;
    AdoptedTls* const tls = connection->tls.get();
    if (!connection->asked && (tls == nullptr || tls->open())) listener.door_.unreadable->add();
    const int refused = tls == nullptr ? -1 : tls->take_refused();
    if (refused >= 0) listener.linger(refused);
}

int WebListener::on_accept_event(lws* wsi, lws_callback_reasons reason, void*, void*, size_t) {
    Connection* const connection = wsi == nullptr ? nullptr : connection_of(wsi);
    if (connection == nullptr) return 0;
    switch (reason) {
        case LWS_CALLBACK_RAW_RX_FILE: connection->listener->accept_some(wsi); return 0;
        case LWS_CALLBACK_TIMER: lws_rx_flow_control(wsi, 1); return 0;
        case LWS_CALLBACK_RAW_CLOSE_FILE: connection->listener->acceptor_ = nullptr; return 0;
        default: return 0;
    }
}

void WebListener::accept_some(lws* wsi) {
    const int most = door_.tls == nullptr ? kAcceptsPerTurn : kHandshakesPerTurn;
    for (int i = 0; i < most; ++i) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        auto* const name = reinterpret_cast<sockaddr*>(&address);
        const int descriptor =
            ::accept4(socket_->descriptor(), name, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            const PeerAddress peer = PeerAddress::from(name);
            if (door_.admits(peer))
                adopt(descriptor, peer);
            else
                ::close(descriptor);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            return rest(wsi);
        if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
        return;
    }
}

// There are no descriptors.
void WebListener::rest(lws* wsi) {
    Clock clock;
    clock.refresh();
    if (socket_->out_of_descriptors(clock.monotonic_ms))
        log_warn("web", "no more file descriptors: accepting rests",
                 {{"address", socket_->address()}});
    lws_rx_flow_control(wsi, 0);
    lws_set_timer_usecs(wsi, kRest_us);
}

void WebListener::adopt(int descriptor, const PeerAddress& peer) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_unique<Connection>(this, peer);
    connection->counted = true;
    socket_->connections.fetch_add(1, std::memory_order_relaxed);
    if (door_.tls != nullptr) connection->tls = std::make_unique<AdoptedTls>(*door_.tls, peer);
    unsigned type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP;
    if (door_.tls != nullptr) type |= LWS_ADOPT_ALLOW_SSL;
    lws_adopt_desc_t info{};
    info.vh = vhost_;
    info.type = static_cast<lws_adoption_type>(type);
    info.fd.sockfd = descriptor;
    info.opaque = connection.get();
    created_ = false;
    const AdoptedTls::Adoption adoption(connection->tls.get());
    // Closes the descriptor if it fails. What was made has the connection until it is destroyed.
    static_cast<void>(lws_adopt_descriptor_vhost_via_info(&info));
    if (created_) static_cast<void>(connection.release());
}

// Throws away what comes until the peer has taken why it was refused, and closes.
void WebListener::linger(int descriptor) {
    ::shutdown(descriptor, SHUT_WR);
    lws_sock_file_fd_type file;
    file.filefd = descriptor;
    lws* const wsi = lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, file,
                                                kRefusedProtocol, nullptr);
    if (wsi == nullptr)
        ::close(descriptor);
    else
        lws_set_timeout(wsi, PENDING_TIMEOUT_SHUTDOWN_FLUSH, static_cast<int>(kHandshake_s));
}

int WebListener::on_refused_event(lws* wsi, lws_callback_reasons reason, void*, void*, size_t) {
    if (reason != LWS_CALLBACK_RAW_RX_FILE) return 0;
    char thrown_away[4096];
    const ssize_t count = ::recv(lws_get_socket_fd(wsi), thrown_away, sizeof thrown_away, 0);
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) ? 0 : -1;
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
