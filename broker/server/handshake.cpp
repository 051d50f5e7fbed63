#include "server/handshake.h"

#include <algorithm>
#include <utility>

#include "base/address_block.h"
#include "base/log.h"
#include "server/handle.h"
#include "server/sender.h"
#include "server/sessions.h"
#include "server/worker.h"

namespace grapnel {

using mqtt::PropertyId;
using mqtt::Reason;

void Handshake::ask(Connection& connection) {
    Dispatcher& hooks = connection.worker().hooks;
    for (;;) {
        const Outcome outcome = step_ == Step::connect
                                    ? hooks.connect(client, box_, &connection)
                                    : hooks.authenticate(client, box_, &connection);
        if (!connection.alive()) return;
        if (outcome.verdict == Verdict::deferred) {
            box_.own_bytes();
            hooks.attach(outcome.ticket, &box_);
            return connection.pause();
        }
        if (step_ == Step::connect && !outcome.refused()) {
            step_ = Step::authenticate;
            continue;
        }
        return answered(connection, outcome);
    }
}

void Handshake::resume(Connection& connection, const Outcome& outcome) {
    const uint64_t key = connection.key();
    Worker& worker = connection.worker();
    if (step_ == Step::connect && !outcome.refused()) {
        step_ = Step::authenticate;
        connection.resume_reading();
        ask(connection);
    } else {
        answered(connection, outcome);
    }
    Connection* const still = worker.connection_of(key);
    if (still != nullptr && still->established()) still->resume_reading();
}

void Handshake::answered(Connection& connection, Outcome outcome) {
    Dispatcher& hooks = connection.worker().hooks;
    if (outcome.verdict == Verdict::challenge) return challenge(connection);
    // Others from there may have failed while this one was asked for: it learns nothing then.
    LoginBans& bans = connection.worker().core.bans;
    const int64_t now_ms = connection.worker().clock.monotonic_ms;
    if (bans.banned(connection.peer(), now_ms)) return connection.fail(Reason::banned);
    if (outcome.verdict == Verdict::allow) {
        bans.succeeded(connection.peer(), now_ms);
        final_auth_data_ = hooks.challenge();
        return accept(connection);
    }
    auto reason = static_cast<Reason>(outcome.reason);
    if (!mqtt::is_error(reason))
        reason =
            step_ == Step::authenticate ? Reason::bad_username_or_password : Reason::not_authorized;
    const std::string text(hooks.reason_text());
    if (step_ != Step::connect) note_failed_login(connection, reason);
    connection.fail(reason, text);
}

// Other refusals, as that a plugin cannot tell just now, say nothing about who asked.
void Handshake::note_failed_login(Connection& connection, Reason reason) {
    if (reason != Reason::bad_username_or_password && reason != Reason::not_authorized) return;
    Worker& worker = connection.worker();
    const auto address = AddressBlock::of(connection.peer());
    if (!address || !worker.core.bans.failed(connection.peer(), worker.clock.monotonic_ms)) return;
    log_warn("server", "address banned: too many failed logins",
             {{"address", address->text()}, {"client", client.id.bytes()}});
}

// 4.12: one more round trip. The packet's bytes go with the buffer they came in; the client keeps
// what it needs.
void Handshake::challenge(Connection& connection) {
    Dispatcher& hooks = connection.worker().hooks;
    if (!packet_.properties.has(PropertyId::authentication_method))
        return connection.fail(Reason::implementation_specific_error);
    box_.own_bytes();
    step_ = Step::exchange;
    connection.auth_method = Text(packet_.properties.authentication_method);
    const std::string data(hooks.challenge());
    mqtt::Auth auth;
    auth.reason = Reason::continue_authentication;
    auth.properties.mark(PropertyId::authentication_method);
    auth.properties.authentication_method = connection.auth_method.bytes();
    if (!data.empty()) {
        auth.properties.mark(PropertyId::authentication_data);
        auth.properties.authentication_data = data;
    }
    if (!connection.send(auth)) return connection.fail(Reason::packet_too_large);
    connection.resume_reading();
}

void Handshake::authenticate_further(Connection& connection, mqtt::Auth& packet) {
    Dispatcher& hooks = connection.worker().hooks;
    if (step_ != Step::exchange || packet.reason != Reason::continue_authentication) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(Reason::protocol_error);
    }
    auto box = std::make_unique<AuthPacket>(packet, packet_.version);
    if (!admit(connection, box->box)) return;
    const Outcome outcome = hooks.auth_packet(client, box->box, false, &connection);
    if (!connection.alive()) return;
    if (outcome.verdict != Verdict::deferred) return answered(connection, outcome);
    box->box.own_bytes();
    hooks.attach(outcome.ticket, &box->box);
    auth_packet_ = std::move(box);
    connection.pause();
}

void Handshake::accept(Connection& connection) {
    if (!move_home(connection)) establish(connection);
}

// A plugin may have given the client another id: its session lives elsewhere then. The move waits
// for the end of what is being read, so that no byte behind CONNECT is lost.
bool Handshake::move_home(Connection& connection) {
    Worker& worker = connection.worker();
    if (&worker.core.home_of(client.id.bytes()) == &worker) return false;
    box_.own_bytes();
    connection.pause();
    worker.loop.post([&worker, key = connection.key()] {
        worker.wake();
        Connection* const waiting = worker.connection_of(key);
        if (waiting != nullptr && waiting->handshake) move_handshake(*waiting);
    });
    return true;
}

void Handshake::move_handshake(Connection& connection) {
    struct Moving {
        std::unique_ptr<Job> handshake;
        std::string unread;
        PeerAddress peer;
        ListenerPlace place;
        Text auth_method;
        mqtt::Version version;
        Connection::EarlyTraffic traffic;
        TransportPointer transport;
    };
    auto moving = std::make_shared<Moving>(
        Moving{std::move(connection.handshake), connection.take_unread(), connection.peer(),
               connection.take_place(), connection.auth_method, connection.version(),
               connection.early_traffic(), nullptr});
    Handshake& self = static_cast<Handshake&>(*moving->handshake);
    Worker* const home = &connection.worker().core.home_of(self.client.id.bytes());
    moving->transport = connection.release();
    home->loop.post([home, moving] {
        home->wake();
        auto* moved = new Connection(*home, std::move(moving->place), moving->peer);
        auto& handshake = static_cast<Handshake&>(*moving->handshake);
        moved->connecting(moving->version, handshake.maximum_packet_size());
        moved->auth_method = moving->auth_method;
        moved->set_early_traffic(moving->traffic);
        moved->handshake = std::move(moving->handshake);
        moved->adopt(std::move(moving->transport), moving->unread);
        if (!moved->alive()) return;
        handshake.client.key = moved->key();
        handshake.establish(*moved);
        if (moved->alive()) moved->resume_reading();
    });
}

// Logins are answered in any order: the latest CONNECT has the session, if its client is there to
// have it. What one that left said behind CONNECT is heard where nobody else is in its place.
bool Handshake::ends_before_session(Connection& connection, const Session* old) {
    if (old != nullptr && old->info.connect_number > client.connect_number) {
        connection.fail(Reason::session_taken_over);
    } else if (connection.peer_left() &&
               ((old != nullptr && old->connection != nullptr) || !connection.has_unread())) {
        connection.lost(Reason::unspecified_error);
    } else if (borrows_place_ && beyond_listener(connection) && !replaces_neighbour(connection)) {
        connection.fail(Reason::server_busy);
    }
    return !connection.alive();
}

void Handshake::establish(Connection& connection) {
    Worker& worker = connection.worker();
    Core& core = worker.core;
    // What the client said on its earlier connection comes first: a DISCONNECT there takes the will
    // along.
    Session* old = worker.sessions.find(client.id.bytes());
    if (old != nullptr && old->connection != nullptr) old->connection->catch_up();
    old = worker.sessions.find(client.id.bytes());
    if (ends_before_session(connection, old)) return;
    const bool takeover = old != nullptr && old->connection != nullptr;
    const uint64_t connected = core.clients_connected.fetch_add(1, std::memory_order_relaxed) + 1;
    const uint32_t most = worker.limits.maximum_clients;
    const auto refuse = [&](Reason reason, Bytes text = {}) {
        core.clients_connected.fetch_sub(1, std::memory_order_relaxed);
        connection.fail(reason, text);
    };
    if (most != 0 && connected > most && !takeover) return refuse(Reason::server_busy);
    // What of it a store must have before the client may believe in it.
    const bool lasts = client.session_expiry_s != 0 || (old != nullptr && old->persistent()) ||
                       client.will != nullptr;
    if (core.store_failing.load(std::memory_order_relaxed) && lasts)
        return refuse(Reason::server_unavailable, "what must last cannot be stored now");
    worker.hooks.session_establish(client, box_);
    mqtt::Connack connack;
    if (!make_connack(connection, connack)) return refuse(Reason::packet_too_large);
    const std::unique_ptr<Job> keep = std::move(connection.handshake);
    const uint16_t alias_maximum = packet_.properties.has(PropertyId::topic_alias_maximum)
                                       ? packet_.properties.topic_alias_maximum
                                       : uint16_t{0};
    if (packet_.properties.has(PropertyId::authentication_method))
        connection.auth_method = Text(packet_.properties.authentication_method);
    const uint16_t keepalive_s = client.keepalive_s;
    connection.asked_to_last = asked_expiry_s() != 0;
    bool present = false;
    Session& session = Sessions(worker).establish(std::move(client), present);
    session.connection = &connection;
    if (session.presence) session.presence->set_online(true);
    worker.counters.clients_connected.add();
    const uint64_t clients = takeover ? connected - 1 : connected;
    uint64_t maximum = core.clients_maximum.load(std::memory_order_relaxed);
    while (clients > maximum && !core.clients_maximum.compare_exchange_weak(maximum, clients)) {
    }
    connection.establish(session, keepalive_s, alias_maximum);
    if (lasts) connection.cork();  // CONNACK waits for what stores are told below
    connack.session_present = present && packet_.version != mqtt::Version::v31;
    connection.send(connack);
    if (!connection.established()) return;
    Sender sender(worker);
    sender.restart(session);
    sender.pump(session);
    if (!connection.established()) return;
    worker.hooks.session_established(session.info, box_, lasts);
    if (lasts) worker.commits.cork(connection);
}

// All but session present; it borrows from this. False when the client would not take it, whatever
// is left out: nothing else may come first (3.2.0-1).
bool Handshake::make_connack(Connection& connection, mqtt::Connack& packet) {
    if (packet_.version != mqtt::Version::v5) return true;
    const config::Limits& limits = connection.worker().limits;
    const ClientInfo& info = client;
    mqtt::Properties& out = packet.properties;
    const auto number = [&](PropertyId id, uint32_t value) {
        mqtt::set_property_u32(out, static_cast<uint32_t>(id), value);
    };
    if (info.session_expiry_s != asked_expiry_s())
        number(PropertyId::session_expiry_interval, info.session_expiry_s);
    number(PropertyId::receive_maximum, limits.receive_maximum);
    if (limits.maximum_qos < 2) number(PropertyId::maximum_qos, limits.maximum_qos);
    if (!limits.retain_available) number(PropertyId::retain_available, 0);
    if (limits.maximum_packet_size_bytes != 0)
        number(PropertyId::maximum_packet_size, limits.maximum_packet_size_bytes);
    if (limits.topic_alias_maximum != 0)
        number(PropertyId::topic_alias_maximum, limits.topic_alias_maximum);
    if (!limits.wildcard_sub_available) number(PropertyId::wildcard_subscription_available, 0);
    if (!limits.sub_id_available) number(PropertyId::subscription_identifier_available, 0);
    if (!limits.shared_sub_available) number(PropertyId::shared_subscription_available, 0);
    if (server_keepalive_) number(PropertyId::server_keep_alive, info.keepalive_s);
    const auto string = [&](PropertyId id, Bytes value) {
        mqtt::set_property_string(out, static_cast<uint32_t>(id), value);
    };
    if (assigned_ || info.id.bytes() != packet_.client_id)
        string(PropertyId::assigned_client_identifier, info.id.bytes());
    if (!limits.response_information.empty() &&
        (connection.worker().compatibility.always_return_response_info ||
         (packet_.properties.has(PropertyId::request_response_information) &&
          packet_.properties.request_response_information != 0))) {
        response_information_ = limits.response_information + std::string(info.id.bytes());
        string(PropertyId::response_information, response_information_);
    }
    if (packet_.properties.has(PropertyId::authentication_method)) {
        string(PropertyId::authentication_method, packet_.properties.authentication_method);
        if (!final_auth_data_.empty()) string(PropertyId::authentication_data, final_auth_data_);
    }
    const uint32_t most = maximum_packet_size();
    if (most == 0) return true;
    std::string scratch;
    if (mqtt::encode_within(packet, packet_.version, most, scratch)) return true;
    out.clear(PropertyId::response_information);
    return mqtt::encode_within(packet, packet_.version, most, scratch);
}

}  // namespace grapnel
