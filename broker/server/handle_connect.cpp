#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include "base/log.h"
#include "mqtt/decode.h"
#include "mqtt/utf8.h"
#include "server/handle.h"
#include "server/handshake.h"
#include "server/publishing.h"
#include "server/worker.h"

namespace grapnel {

namespace {

using mqtt::PropertyId;
using mqtt::Reason;

// 3.1.1, 3.2.2.3: where none of its return codes fits, the connection is closed without an answer.
bool has_return_code_v3(Reason reason) {
    switch (reason) {
        case Reason::unsupported_protocol_version:
        case Reason::client_identifier_not_valid:
        case Reason::server_unavailable:
        case Reason::server_busy:
        case Reason::server_shutting_down:
        case Reason::quota_exceeded:
        case Reason::connection_rate_exceeded:
        case Reason::bad_username_or_password:
        case Reason::not_authorized:
        case Reason::banned: return true;
        default: return false;
    }
}

// An id that nobody else has, at home on this worker, so that the connection need not move
// (3.1.3-6).
std::string assign_id(Worker& worker) {
    for (;;) {
        char text[32];
        std::snprintf(text, sizeof text, "grapnel-%llx",
                      static_cast<unsigned long long>(worker.next_message_key()));
        if (&worker.core.home_of(text) == &worker && worker.sessions.find(text) == nullptr)
            return text;
    }
}

}  // namespace

void handle_connect(Connection& connection, const mqtt::Frame& frame) {
    Handshake::begin(connection, frame);
}

ClientInfo* handshake_client(Job& handshake) { return &static_cast<Handshake&>(handshake).client; }

void Handshake::begin(Connection& connection, const mqtt::Frame& frame) {
    auto owned = std::make_unique<Handshake>();
    Handshake& self = *owned;
    const Reason decoded = mqtt::decode_connect(frame, self.packet_);
    connection.connecting(self.packet_.version, self.maximum_packet_size());
    if (self.packet_.properties.has(PropertyId::request_problem_information))
        connection.set_problem_information(
            decoded != Reason::success || self.packet_.properties.request_problem_information != 0);
    if (decoded != Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(decoded);
    }
    self.box_ = PacketBox(&self.packet_, self.packet_.version);
    if (!self.identify(connection)) return connection.fail(Reason::client_identifier_not_valid);
    if (!self.identify_by_certificate(connection))
        return connection.fail(Reason::bad_username_or_password,
                               "the certificate has no name that could be a username");
    connection.handshake = std::move(owned);
    const Reason reason = self.judge(connection);
    if (reason != Reason::success) return connection.fail(reason);
    self.take_will(connection);
    if (!admit(connection, self.box_)) return;
    self.ask(connection);
}

// 3.1.3-5 … -8: an empty id is replaced by one of ours, where the version and Clean Start allow it.
bool Handshake::identify(Connection& connection) {
    Worker& worker = connection.worker();
    const bool v5 = packet_.version == mqtt::Version::v5;
    if (packet_.client_id.empty()) {
        if (packet_.version == mqtt::Version::v31 || (!v5 && !packet_.clean_start)) return false;
        client.id = Text(assign_id(worker));
        assigned_ = true;
    } else {
        client.id = Text(packet_.client_id);
    }
    if (packet_.has_username) client.username = Text(packet_.username);
    client.listener_id = &connection.listener().id;
    client.key = connection.key();
    client.connect_number = worker.core.connects.fetch_add(1, std::memory_order_relaxed) + 1;
    client.peer = connection.peer();
    client.version = packet_.version;
    client.clean_start = packet_.clean_start;
    client.keepalive_s = packet_.keepalive_s;
    const uint16_t most_s = worker.limits.maximum_keepalive_s;
    if (v5 && most_s != 0 && (client.keepalive_s == 0 || client.keepalive_s > most_s)) {
        client.keepalive_s = most_s;
        server_keepalive_ = true;
    }
    client.session_expiry_s = granted_expiry_s(worker.limits);
    if (packet_.properties.has(PropertyId::receive_maximum))
        client.receive_maximum = packet_.properties.receive_maximum;
    return true;
}

// Where usernames come from certificates, the certificate's wins: nobody can claim another's.
// Plugins find it as that of CONNECT.
bool Handshake::identify_by_certificate(const Connection& connection) {
    const std::optional<TlsPeer> peer = connection.tls_peer();
    if (!peer) return true;
    constexpr size_t kMost = 65'535;
    client.is_tls = true;
    if (!peer->subject.empty()) client.tls_subject = Text(Bytes(peer->subject).substr(0, kMost));
    if (!peer->has_username) return true;
    if (peer->username.empty() || peer->username.size() > kMost ||
        !mqtt::is_mqtt_string(peer->username))
        return false;
    client.username = Text(peer->username);
    packet_.has_username = true;
    packet_.username = client.username.bytes();
    return true;
}

uint32_t Handshake::maximum_packet_size() const {
    return packet_.properties.has(PropertyId::maximum_packet_size)
               ? packet_.properties.maximum_packet_size
               : 0;
}

uint32_t Handshake::asked_expiry_s() const {
    return packet_.properties.has(PropertyId::session_expiry_interval)
               ? packet_.properties.session_expiry_s
               : 0;
}

uint32_t Handshake::granted_expiry_s(const config::Limits& limits) const {
    const uint32_t most_s = limits.maximum_session_expiry_interval_s;
    if (packet_.version != mqtt::Version::v5) return packet_.clean_start ? 0 : most_s;
    return std::min(asked_expiry_s(), most_s);
}

bool Handshake::beyond_listener(Connection& connection) {
    const ListenerState& listener = connection.listener();
    return listener.maximum_clients != 0 &&
           listener.connections.load(std::memory_order_relaxed) > listener.maximum_clients;
}

bool Handshake::replaces_neighbour(Connection& connection) const {
    const Session* session = connection.worker().sessions.find(client.id.bytes());
    return session != nullptr && session->connection != nullptr &&
           &session->connection->listener() == &connection.listener();
}

Reason Handshake::judge(Connection& connection) {
    Worker& worker = connection.worker();
    const config::Limits& limits = worker.limits;
    Core& core = worker.core;
    if (core.draining.load(std::memory_order_relaxed)) return Reason::server_unavailable;
    // It may have connected before it was.
    if (core.bans.banned(connection.peer(), worker.clock.monotonic_ms)) return Reason::banned;
    if (static_cast<uint8_t>(packet_.version) < limits.minimum_protocol_version)
        return Reason::unsupported_protocol_version;
    borrows_place_ = beyond_listener(connection);
    if (borrows_place_ && !replaces_neighbour(connection)) return Reason::server_busy;
    if (limits.maximum_clients != 0 &&
        core.clients_connected.load(std::memory_order_relaxed) >= limits.maximum_clients) {
        const Session* session = worker.sessions.find(client.id.bytes());
        if (session == nullptr || session->connection == nullptr) return Reason::server_busy;
    }
    if (packet_.properties.has(PropertyId::authentication_method) &&
        !worker.hooks.wants(Event::on_auth_packet))
        return Reason::bad_authentication_method;  // 4.12.0-1
    if (!packet_.has_will) return Reason::success;
    if (judge_topic(worker.limits, packet_.will.topic) != Reason::success)
        return Reason::topic_name_invalid;
    if (packet_.will.qos > limits.maximum_qos) return Reason::qos_not_supported;
    if (packet_.will.retain && !limits.retain_available) return Reason::retain_not_supported;
    if (limits.payload_format_check &&
        packet_.will.properties.has(PropertyId::payload_format_indicator) &&
        packet_.will.properties.payload_format == 1 && !mqtt::is_utf8(packet_.will.payload))
        return Reason::payload_format_invalid;
    return Reason::success;
}

void Handshake::take_will(Connection& connection) {
    if (!packet_.has_will) return;
    const mqtt::Will& will = packet_.will;
    const auto& properties = will.properties;
    std::string forwarded;
    mqtt::collect_forwarded_properties(properties, forwarded);
    MessageView view;
    view.topic = will.topic;
    view.payload = will.payload;
    view.properties = forwarded;
    view.origin = client.id.bytes();
    view.qos = will.qos;
    view.retain = will.retain;
    view.key = connection.worker().next_message_key();
    client.will = std::make_unique<StoredWill>();
    client.will->message = Message::create(view);
    if (properties.has(PropertyId::will_delay_interval))
        client.will->delay_s = properties.will_delay_s;
    client.will->has_message_expiry = properties.has(PropertyId::message_expiry_interval);
    if (client.will->has_message_expiry)
        client.will->message_expiry_s = properties.message_expiry_s;
}

void send_refusal(Connection& connection, Reason reason, Bytes text) {
    const bool v5 = connection.version() == mqtt::Version::v5;
    if (!v5 && !has_return_code_v3(reason)) return;
    mqtt::Connack packet;
    packet.reason =
        v5 && !mqtt::reason_allowed(mqtt::PacketType::connack, static_cast<uint8_t>(reason))
            ? Reason::unspecified_error
            : reason;
    if (!text.empty()) {
        packet.properties.mark(PropertyId::reason_string);
        packet.properties.reason_string = text;
    }
    connection.send(packet);
}

void move_connection(Connection& connection, Worker& home, Bytes unread) {
    Worker* const worker = &home;
    const PeerAddress peer = connection.peer();
    struct Moving {
        std::string unread;
        Connection::EarlyTraffic traffic;
        ListenerPlace place;
        TransportPointer transport;
    };
    auto moving = std::make_shared<Moving>(
        Moving{std::string(unread), connection.early_traffic(), connection.take_place(), nullptr});
    moving->transport = connection.release();
    home.loop.post([=] {
        worker->wake();
        auto* moved = new Connection(*worker, std::move(moving->place), peer);
        moved->set_early_traffic(moving->traffic);
        moved->open(std::move(moving->transport), moving->unread);
    });
}

}  // namespace grapnel
