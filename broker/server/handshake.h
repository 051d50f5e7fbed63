#pragma once

#include <memory>
#include <string>

#include "hooks/packet_box.h"
#include "mqtt/packet.h"
#include "server/connection.h"
#include "session/client_info.h"

namespace grapnel {

// An AUTH packet that plugins look at, together with its box.
struct AuthPacket {
    AuthPacket(const mqtt::Auth& auth, mqtt::Version version)
        : packet(auth), box(&packet, version) {}
    AuthPacket(const AuthPacket&) = delete;
    AuthPacket& operator=(const AuthPacket&) = delete;

    mqtt::Auth packet;
    PacketBox box;
};

// A CONNECT on its way to CONNACK, in steps: limits and validity → on_connect →
// on_connect_authenticate (with AUTH packets where the client asked for enhanced
// authentication, 4.12) → session. Each step may wait for a plugin. Owned by the connection until
// the session is established.
class Handshake final : public Job {
public:
    // What the packet alone and the broker's limits say; ends the connection when refused.
    static void begin(Connection& connection, const mqtt::Frame& frame);

    void resume(Connection& connection, const Outcome& outcome) override;
    // An AUTH packet of the client's before CONNACK.
    void authenticate_further(Connection& connection, mqtt::Auth& packet);
    // Goes on with the session on the worker that is home to the id a plugin gave.
    void establish(Connection& connection);

    ClientInfo client;

private:
    enum class Step : uint8_t { connect, authenticate, exchange };

    bool identify(Connection& connection);
    bool identify_by_certificate(const Connection& connection);
    mqtt::Reason judge(Connection& connection);
    // Are there more connections on its listener than may be?
    static bool beyond_listener(Connection& connection);
    // Would it leave no more of them, because the client's earlier connection is one?
    bool replaces_neighbour(Connection& connection) const;
    void take_will(Connection& connection);
    void ask(Connection& connection);
    void answered(Connection& connection, Outcome outcome);
    void note_failed_login(Connection& connection, mqtt::Reason reason);
    void challenge(Connection& connection);
    void accept(Connection& connection);
    bool move_home(Connection& connection);
    static void move_handshake(Connection& connection);
    bool ends_before_session(Connection& connection, const Session* old);
    bool make_connack(Connection& connection, mqtt::Connack& packet);
    // What the client takes; 0: anything.
    uint32_t maximum_packet_size() const;
    // Of the session, in CONNECT of MQTT 5.
    uint32_t asked_expiry_s() const;
    uint32_t granted_expiry_s(const config::Limits& limits) const;

    mqtt::Connect packet_;
    PacketBox box_;
    std::string final_auth_data_;
    std::string response_information_;
    std::unique_ptr<AuthPacket> auth_packet_;  // while a plugin looks at it
    Step step_ = Step::connect;
    bool assigned_ = false;
    bool server_keepalive_ = false;
    bool borrows_place_ = false;  // on its listener, of the connection whose session it takes over
};

}  // namespace grapnel
