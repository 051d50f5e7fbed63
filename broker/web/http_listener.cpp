#include "web/http_listener.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "web/socket_room.h"

namespace grapnel {

namespace {

constexpr size_t kBodyMost = size_t{64} << 10;
constexpr size_t kParameterMost = size_t{8} << 10;  // a request's headers have less room
constexpr size_t kPiece = size_t{64} << 10;         // of an answer that is written at once

struct Method {
    lws_token_indexes token;
    const char* name;
    bool has_body;
};
constexpr Method kMethods[] = {
    {WSI_TOKEN_GET_URI, "GET", false},         {WSI_TOKEN_HEAD_URI, "HEAD", false},
    {WSI_TOKEN_POST_URI, "POST", true},        {WSI_TOKEN_PUT_URI, "PUT", true},
    {WSI_TOKEN_PATCH_URI, "PATCH", true},      {WSI_TOKEN_DELETE_URI, "DELETE", false},
    {WSI_TOKEN_OPTIONS_URI, "OPTIONS", false},
};

const Method* method_of(lws* wsi) {
    const auto* const found = std::find_if(
        std::begin(kMethods), std::end(kMethods),
        [&](const Method& method) { return lws_hdr_total_length(wsi, method.token) != 0; });
    return found == std::end(kMethods) ? nullptr : found;
}

void read_parameters(lws* wsi, HttpRequest& request) {
    char text[kParameterMost];
    for (int i = 0;; ++i) {
        const int size = lws_hdr_copy_fragment(wsi, text, sizeof text, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (size < 0) return;
        const std::string_view whole(text, static_cast<size_t>(size));
        // What libwebsockets makes of a query, or of its end, that has nothing in it.
        if (whole.empty() || whole == "/") continue;
        const size_t equals = std::min(whole.find('='), whole.size());
        request.parameters.emplace_back(whole.substr(0, equals),
                                        whole.substr(std::min(equals + 1, whole.size())));
    }
}

// One request and its answer. What answers from another thread knows it by a weak pointer.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    explicit Exchange(lws* wsi) : wsi_(wsi) {}
    ~Exchange() {
        if (response_.stream) response_.stream->close();
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    HttpRequest request;
    const HttpHandler* handler = nullptr;
    bool handled = false;          // the handler has run
    bool ends_connection = false;  // the request's body is not read, so no request can follow it

    void answer(HttpResponse response) {
        if (answered_) return unwanted(response);
        answered_ = true;
        response_ = std::move(response);
        lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_CONTENT, kAnswer_s);
        if (!response_.stream) return go_on();
        ends_connection = true;
        end_unless(begin_stream());
    }

    // Runs the handler; its answer may come at once or later.
    void handle(const std::shared_ptr<WebMailbox>& mailbox) {
        lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_CONTENT, kAnswer_s);
        rest();
        const std::weak_ptr<Exchange> self = weak_from_this();
        handled = true;
        mailbox_ = mailbox;
        (*handler)(request, [self, mailbox](HttpResponse response) {
            const auto shared = std::make_shared<HttpResponse>(std::move(response));
            mailbox->post([self, shared] {
                const auto exchange = self.lock();
                exchange ? exchange->answer(std::move(*shared)) : unwanted(*shared);
            });
        });
    }

    // As WebListener::on_event; a piece of the answer goes out.
    int on_writable() {
        if (!answered_) return 0;
        if (completed_) return complete();
        if (!std::exchange(headers_sent_, true)) {
            if (!send_headers()) return -1;
            if (body().empty()) return complete();
            go_on();
            return 0;
        }
        const size_t room = std::min(kPiece, socket_room(lws_get_socket_fd(wsi_)));
        const size_t count = std::min(std::max<size_t>(room, 1), body().size() - sent_);
        const bool last = sent_ + count == body().size();
        std::string piece(LWS_PRE, '\0');
        piece.append(body(), sent_, count);
        sent_ += count;
        auto* const bytes = reinterpret_cast<unsigned char*>(piece.data()) + LWS_PRE;
        if (lws_write(wsi_, bytes, count, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
            return -1;
        if (last) return complete();
        go_on();
        return 0;
    }

    // As WebListener::on_event; it has rested for the time that it wanted.
    int on_timer() {
        if (!std::exchange(rests_, false)) return 0;
        if (response_.stream)
            return socket_ended(lws_get_socket_fd(wsi_)) || !send_stream() ? -1 : 0;
        go_on();
        return 0;
    }

private:
    // Nobody gets this answer: whoever writes its stream hears of it.
    static void unwanted(const HttpResponse& response) {
        if (response.stream) response.stream->close();
    }

    static constexpr int kAnswer_s = 30;  // for the handler to answer and the peer to take it
    // Until a full socket is looked at again: longer each time.
    static constexpr lws_usec_t kRoomLeast_us = 10'000;
    static constexpr lws_usec_t kRoomMost_us = 320'000;
    static constexpr lws_usec_t kWatch_us = 1'000'000;  // until one of a stream that has nothing is

    // While an answer is under way, libwebsockets does not read what comes, which may be the next
    // request or the peer's end, but is told of it again and again: nothing is looked at, unless
    // something can be written at once.
    void rest(lws_usec_t for_us = LWS_SET_TIMER_USEC_CANCEL) {
        rests_ = for_us != LWS_SET_TIMER_USEC_CANCEL;
        set_reading(false);
        lws_set_timer_usecs(wsi_, for_us);
    }

    // Can something be written at once? Else it rests, and then goes on.
    bool has_room() {
        if (!socket_writable(lws_get_socket_fd(wsi_))) {
            rest(room_us_);
            room_us_ = std::min(2 * room_us_, kRoomMost_us);
            return false;
        }
        room_us_ = kRoomLeast_us;
        rests_ = false;
        set_reading(true);
        return true;
    }

    // Each call of lws_rx_flow_control() asks for on_writable() where bytes of a next request wait
    // inside libwebsockets, which would go round and round.
    void set_reading(bool reads) {
        if (std::exchange(reads_, reads) != reads) lws_rx_flow_control(wsi_, reads ? 1 : 0);
    }

    // on_writable() is called when there is room.
    void go_on() {
        if (has_room()) lws_callback_on_writable(wsi_);
    }

    const std::string& body() const {
        static const std::string nothing;
        return request.method == "HEAD" ? nothing : response_.body;
    }

    bool has_header(std::string_view name) const {
        return std::any_of(response_.headers.begin(), response_.headers.end(),
                           [&](const auto& header) { return header.first == name; });
    }

    bool send_headers() {
        unsigned char buffer[LWS_PRE + 4096];
        unsigned char* const start = buffer + LWS_PRE;
        unsigned char* at = start;
        unsigned char* const end = buffer + sizeof buffer - 1;
        const auto add = [&](const char* name, const std::string& value) {
            return lws_add_http_header_by_name(wsi_, reinterpret_cast<const unsigned char*>(name),
                                               reinterpret_cast<const unsigned char*>(value.data()),
                                               static_cast<int>(value.size()), &at, end) == 0;
        };
        if (lws_add_http_header_status(wsi_, static_cast<unsigned>(response_.status), &at, end) !=
                0 ||
            !add("content-type:", response_.type))
            return false;
        if (!has_header("cache-control:") && !add("cache-control:", "no-store")) return false;
        if (ends_connection && !add("connection:", "close")) return false;
        for (const auto& [name, value] : response_.headers)
            if (!add(name.c_str(), value)) return false;
        if (!response_.stream && response_.status != 204 && response_.status != 304 &&
            lws_add_http_header_content_length(wsi_, response_.body.size(), &at, end) != 0)
            return false;
        return lws_finalize_write_http_header(wsi_, start, &at, end) == 0;
    }

    // A stream is written whenever there is something, and not in on_writable(): libwebsockets does
    // not call that, but asks again and again whether it may, while nothing is read and bytes that
    // came behind the request wait. Both answer whether the stream goes on.
    bool begin_stream() {
        if (!send_headers() || request.method == "HEAD") return false;
        response_.stream->attach([self = weak_from_this(), mailbox = mailbox_] {
            mailbox->post([self] {
                if (const auto exchange = self.lock())
                    exchange->end_unless(exchange->send_stream());
            });
        });
        // A peer that vanished without a word is noticed by the system.
        const int on = 1;
        const int idle_s = 30;
        ::setsockopt(lws_get_socket_fd(wsi_), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        ::setsockopt(lws_get_socket_fd(wsi_), IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
        return send_stream();
    }

    // The peer has kAnswer_s for what waits, and all the time while nothing does.
    bool send_stream() {
        const lws_sockfd_type socket = lws_get_socket_fd(wsi_);
        while (socket_writable(socket)) {
            if (response_.stream->finished()) return false;
            const size_t room = std::min(kPiece, socket_room(socket));
            std::string piece(LWS_PRE, '\0');
            piece += response_.stream->take(std::max<size_t>(room, 1));
            if (piece.size() == LWS_PRE) {
                lws_set_timeout(wsi_, NO_PENDING_TIMEOUT, 0);
                rest(kWatch_us);
                return true;
            }
            lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_CONTENT, kAnswer_s);
            room_us_ = kRoomLeast_us;
            auto* const bytes = reinterpret_cast<unsigned char*>(piece.data()) + LWS_PRE;
            if (lws_write(wsi_, bytes, piece.size() - LWS_PRE, LWS_WRITE_HTTP) < 0) return false;
        }
        rest(room_us_);
        room_us_ = std::min(2 * room_us_, kRoomMost_us);
        return true;
    }

    void end_unless(bool goes_on) {
        if (!goes_on) lws_set_timeout(wsi_, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
    }

    // libwebsockets goes on to the next request, or says goodbye, only when there is room.
    int complete() {
        completed_ = true;
        if (!has_room()) return 0;
        if (ends_connection) return -1;
        return lws_http_transaction_completed(wsi_) != 0 ? -1 : 0;
    }

    lws* const wsi_;
    std::shared_ptr<WebMailbox> mailbox_;
    HttpResponse response_;
    size_t sent_ = 0;
    bool answered_ = false;
    bool headers_sent_ = false;
    bool completed_ = false;
    bool rests_ = false;  // until the timer
    bool reads_ = true;
    lws_usec_t room_us_ = kRoomLeast_us;
};

struct HttpPeer final : public WebPeer {
    explicit HttpPeer(std::shared_ptr<Exchange> of) : exchange(std::move(of)) {}
    const std::shared_ptr<Exchange> exchange;
};

HttpResponse failure(int status) {
    HttpResponse response;
    response.status = status;
    response.body = std::string(http_status_text(status)) + "\n";
    return response;
}

// Is it in doubt where the request ends (RFC 9112, 6.3)? libwebsockets goes by the number at the
// front of the length alone, and a proxy before us may go by something else: what it takes for the
// rest of one client's request would be the next request, of another one.
bool has_doubtful_end(const std::string& length, bool is_encoded) {
    return is_encoded || length.find_first_not_of("0123456789") != std::string::npos;
}

void read_headers(lws* wsi, HttpRequest& request) {
    constexpr std::pair<lws_token_indexes, const char*> kHeaders[] = {
        {WSI_TOKEN_HOST, "host"},
        {WSI_TOKEN_ORIGIN, "origin"},
        {WSI_TOKEN_HTTP_AUTHORIZATION, "authorization"},
        {WSI_TOKEN_HTTP_COOKIE, "cookie"},
        {WSI_TOKEN_HTTP_CONTENT_TYPE, "content-type"},
        {WSI_TOKEN_HTTP_ACCEPT, "accept"},
        {WSI_TOKEN_HTTP_ACCEPT_ENCODING, "accept-encoding"},
        {WSI_TOKEN_HTTP_IF_NONE_MATCH, "if-none-match"},
    };
    for (const auto& [token, name] : kHeaders)
        if (std::string value = header_of(wsi, token); !value.empty())
            request.headers.emplace_back(name, std::move(value));
    // One that libwebsockets has no number for.
    constexpr std::string_view kSite = "sec-fetch-site:";
    char site[32];
    const int size = static_cast<int>(kSite.size());
    if (lws_hdr_custom_copy(wsi, site, sizeof site, kSite.data(), size) > 0)
        request.headers.emplace_back(kSite.substr(0, kSite.size() - 1), site);
    else if (lws_hdr_custom_length(wsi, kSite.data(), size) > 0)
        request.headers.emplace_back(kSite.substr(0, kSite.size() - 1), "too long");
}

}  // namespace

int HttpListener::on_event(lws* wsi, lws_callback_reasons reason, void* in, size_t size) {
    auto* const peer = static_cast<HttpPeer*>(peer_of(wsi));
    switch (reason) {
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return refuse(wsi, 400);
        case LWS_CALLBACK_HTTP: return on_request(wsi, {static_cast<const char*>(in), size});
        case LWS_CALLBACK_HTTP_BODY: {
            if (peer == nullptr) return -1;
            if (peer->exchange->handler == nullptr || peer->exchange->handled) return 0;
            std::string& body = peer->exchange->request.body;
            if (body.size() + size > kBodyMost) return refuse(wsi, 413);
            body.append(static_cast<const char*>(in), size);
            return 0;
        }
        case LWS_CALLBACK_HTTP_BODY_COMPLETION:
            if (peer == nullptr) return -1;
            if (peer->exchange->handler != nullptr && !peer->exchange->handled)
                peer->exchange->handle(mailbox_);
            return 0;
        case LWS_CALLBACK_HTTP_WRITEABLE: {
            if (peer == nullptr) return 0;
            const std::shared_ptr<Exchange> exchange =
                peer->exchange;  // the next may take its place
            return exchange->on_writable();
        }
        case LWS_CALLBACK_TIMER: {
            if (peer == nullptr) return 0;
            const std::shared_ptr<Exchange> exchange = peer->exchange;
            return exchange->on_timer();
        }
        case LWS_CALLBACK_CLOSED_HTTP: set_peer(wsi, nullptr); return 0;
        default: return 0;
    }
}

int HttpListener::on_request(lws* wsi, Bytes path) {
    const auto exchange = std::make_shared<Exchange>(wsi);
    set_peer(wsi, std::make_unique<HttpPeer>(exchange));
    HttpRequest& request = exchange->request;
    const Method* const method = method_of(wsi);
    if (method == nullptr) return refuse(wsi, 405);
    // A line break in the address, however encoded, ends it for libwebsockets: there is no version
    // behind it then, and the rest is lost.
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP) == 0) return refuse(wsi, 400);
    request.method = method->name;
    request.path = path;
    read_parameters(wsi, request);
    read_headers(wsi, request);
    request.peer = address_of(wsi);
    request.certificate = tls_peer_of(wsi);
    if (request.certificate && !request.certificate->has_certificate) request.certificate.reset();

    const std::string length = header_of(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (has_doubtful_end(length,
                         lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) != 0)) {
        exchange->ends_connection = true;
        exchange->answer(failure(400));
        return 0;
    }
    const HttpRoutes::Found found = routes_->find(request.method, request.path);
    const bool announces_body = !length.empty() && length != "0";
    // Such a request has no body (RFC 9112, 6.3), for which libwebsockets would wait, but for that
    // of a POST that says so.
    const bool is_awaited = length.empty() || method->token != WSI_TOKEN_POST_URI;
    const bool lacks_body = method->has_body && !announces_body && is_awaited;
    exchange->ends_connection =
        lacks_body || (announces_body && (found.route == nullptr || !method->has_body));
    if (found.route == nullptr) {
        HttpResponse response = failure(found.status);
        if (!found.allow.empty()) response.headers.emplace_back("allow:", found.allow);
        exchange->answer(std::move(response));
        return 0;
    }
    if (found.route->gate) {
        if (auto refusal = found.route->gate(request)) {
            exchange->ends_connection = exchange->ends_connection || announces_body;
            exchange->answer(std::move(*refusal));
            return 0;
        }
    }
    exchange->handler = &found.route->handler;
    // With a body, the handler runs when all of it is there.
    if (!method->has_body || lacks_body) exchange->handle(mailbox_);
    return 0;
}

}  // namespace grapnel
