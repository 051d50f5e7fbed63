#include "web/websocket_listener.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "web/socket_room.h"

namespace grapnel {

namespace {

constexpr int kFarewell_s = 2;  // for the peer to take what is left and to close

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// A token of RFC 9110 (5.6.2).
bool is_token(Bytes text) {
    constexpr Bytes kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_letter || (c >= '0' && c <= '9') || kMarks.find(c) != Bytes::npos;
    });
}

// Is it a list like "mqtt, mqttv3.1" with a protocol of ours? Of such a list libwebsockets takes
// the first name that the vhost has, and no other protocol has a token for its name.
bool offers_ours(Bytes list) {
    bool found = false;
    while (!list.empty()) {
        const size_t comma = std::min(list.find(','), list.size());
        Bytes name = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
        name = name.substr(0, name.find_last_not_of(" \t") + 1);
        if (name.empty()) continue;
        if (!is_token(name)) return false;
        for (const char* const ours : kWebSocketProtocols) found = found || name == ours;
    }
    return found;
}

std::string path_of(lws* wsi) { return header_of(wsi, WSI_TOKEN_GET_URI); }

}  // namespace

WebSocketListener::WebSocketListener(std::string id, std::shared_ptr<ListeningSocket> socket,
                                     WebDoor door, Options options,
                                     std::shared_ptr<const LoopTable> loops,
                                     std::shared_ptr<WebMailbox> mailbox, LoopWakes& wakes,
                                     Accepted accepted)
    : WebListener(std::move(id), std::move(socket), std::move(door)),
      options_(std::move(options)),
      loops_(std::move(loops)),
      mailbox_(std::move(mailbox)),
      wakes_(wakes),
      accepted_(std::move(accepted)) {}

int WebSocketListener::on_event(lws* wsi, lws_callback_reasons reason, void* in, size_t size) {
    auto* const peer = static_cast<WebSocketPeer*>(peer_of(wsi));
    switch (reason) {
        case LWS_CALLBACK_HTTP:
            return path_of(wsi) == options_.path ? refuse(wsi, 426, "upgrade:", "websocket")
                                                 : refuse(wsi, 404);
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            return on_handshake(wsi, in == nullptr ? Bytes() : static_cast<const char*>(in));
        case LWS_CALLBACK_ESTABLISHED: accept(wsi); return 0;
        case LWS_CALLBACK_RECEIVE:
            return peer == nullptr ? -1 : peer->on_receive({static_cast<const char*>(in), size});
        case LWS_CALLBACK_SERVER_WRITEABLE: return peer == nullptr ? -1 : peer->on_writable();
        case LWS_CALLBACK_CLOSED: set_peer(wsi, nullptr); return 0;
        default: return 0;
    }
}

int WebSocketListener::on_handshake(lws* wsi, Bytes upgrade) const {
    if (lower(std::string(upgrade)) != "websocket") return refuse(wsi, 400);
    if (going_away_) return refuse(wsi, 503);
    if (path_of(wsi) != options_.path) return refuse(wsi, 404);
    if (!allows_origin(header_of(wsi, WSI_TOKEN_ORIGIN))) return refuse(wsi, 403);
    if (header_of(wsi, WSI_TOKEN_VERSION) != "13")
        return refuse(wsi, 426, "sec-websocket-version:", "13");
    if (header_of(wsi, WSI_TOKEN_KEY).empty()) return refuse(wsi, 400);
    const std::string offered = header_of(wsi, WSI_TOKEN_PROTOCOL);
    return offered.empty() || offers_ours(offered) ? 0 : refuse(wsi, 400);
}

bool WebSocketListener::allows_origin(const std::string& origin) const {
    if (origin.empty()) return true;
    return std::any_of(
        options_.origins.begin(), options_.origins.end(),
        [&](const std::string& each) { return each == "*" || lower(each) == lower(origin); });
}

void WebSocketListener::accept(lws* wsi) {
    const auto channel = std::make_shared<WebChannel>(mailbox_, LWS_PRE);
    channel->tls_peer = tls_peer_of(wsi);
    set_peer(wsi, std::make_unique<WebSocketPeer>(*this, wsi, channel));
    const PeerAddress from = address_of(wsi);
    const size_t place = next_loop_++ % loops_->all().size();
    const auto transport =
        std::make_shared<TransportPointer>(std::make_unique<WebSocketTransport>(loops_, channel));
    loops_->all()[place]->post([accepted = accepted_, place, transport, from] {
        accepted(place, std::move(*transport), from);
    });
}

WebSocketPeer::WebSocketPeer(WebSocketListener& listener, lws* wsi,
                             std::shared_ptr<WebChannel> channel)
    : listener_(listener), wsi_(wsi), channel_(std::move(channel)) {
    channel_->peer = this;
}

WebSocketPeer::~WebSocketPeer() {
    channel_->peer = nullptr;
    listener_.wakes_.add(channel_->end(), channel_);
}

int WebSocketPeer::on_receive(Bytes bytes) {
    if (finished_) return 0;
    if (lws_frame_is_binary(wsi_) == 0) return close(LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
    if (bytes.size() + lws_remaining_packet_payload(wsi_) > listener_.options_.maximum_frame_bytes)
        return close(LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
    const WebChannel::Pushed pushed = channel_->push(bytes);
    listener_.wakes_.add(pushed.wake, channel_);
    if (pushed.full && std::exchange(receives_, false)) lws_rx_flow_control(wsi_, 0);
    return 0;
}

// Here and not when the socket takes something: the peer may not read.
void WebSocketPeer::on_channel() {
    const WebChannel::News news = channel_->news();
    if (news.receive && !std::exchange(receives_, true) && !stuck_) lws_rx_flow_control(wsi_, 1);
    if (news.finished && !std::exchange(leaves_, true))
        lws_set_timeout(wsi_, PENDING_TIMEOUT_CLOSE_SEND, kFarewell_s);
    lws_callback_on_writable(wsi_);
}

int WebSocketPeer::on_writable() {
    if (finished_) return close(LWS_CLOSE_STATUS_NORMAL);
    if (std::exchange(stuck_, false)) lws_rx_flow_control(wsi_, receives_ ? 1 : 0);
    const WebChannel::Taken taken = channel_->take(sending_, socket_room(lws_get_socket_fd(wsi_)));
    listener_.wakes_.add(taken.wake, channel_);
    finished_ = taken.finished;
    if (taken.left) lws_callback_on_writable(wsi_);
    if (sending_.empty()) return finished_ ? close(LWS_CLOSE_STATUS_NORMAL) : 0;
    auto* const bytes = reinterpret_cast<unsigned char*>(sending_.data()) + LWS_PRE;
    const int written = lws_write(wsi_, bytes, sending_.size() - LWS_PRE, LWS_WRITE_BINARY);
    channel_->give_back(sending_);
    if (written < 0) return -1;
    if (lws_partial_buffered(wsi_) != 0) {
        stuck_ = true;
        lws_rx_flow_control(wsi_, 0);
        lws_callback_on_writable(wsi_);
    }
    if (finished_) lws_callback_on_writable(wsi_);
    return 0;
}

int WebSocketPeer::close(lws_close_status status) {
    if (status == LWS_CLOSE_STATUS_NORMAL && listener_.going_away_)
        status = LWS_CLOSE_STATUS_GOINGAWAY;
    lws_close_reason(wsi_, status, nullptr, 0);
    return -1;
}

}  // namespace grapnel
