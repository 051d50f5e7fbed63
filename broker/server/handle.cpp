#include "server/handle.h"

#include "mqtt/decode.h"
#include "server/worker.h"

namespace grapnel {

bool admit(Connection& connection, PacketBox& box) {
    Dispatcher& hooks = connection.worker().hooks;
    if (!hooks.wants(Event::on_packet_read)) return true;
    const Outcome outcome = hooks.packet_read(*connection.client(), box);
    if (!outcome.refused()) return connection.alive();
    const auto reason = outcome.reason == 0 ? mqtt::Reason::implementation_specific_error
                                            : static_cast<mqtt::Reason>(outcome.reason);
    connection.fail(reason, hooks.reason_text());
    return false;
}

void processed(Connection& connection, const PacketBox& box, mqtt::Reason reason) {
    Dispatcher& hooks = connection.worker().hooks;
    if (!hooks.wants(Event::on_packet_processed)) return;
    ClientInfo* const client = connection.client();
    if (client != nullptr) hooks.packet_processed(*client, box, reason);
}

void handle_ping(Connection& connection, const mqtt::Frame& frame) {
    mqtt::Ping ping;
    const mqtt::Reason reason = mqtt::decode_ping(frame, connection.version(), ping);
    if (reason != mqtt::Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(reason);
    }
    PacketBox box(&ping, connection.version());
    if (!admit(connection, box)) return;
    mqtt::Ping answer;
    answer.type = mqtt::PacketType::pingresp;
    connection.send(answer);
    processed(connection, box, mqtt::Reason::success);
}

void Connection::handle(const mqtt::Frame& frame) {
    using mqtt::PacketType;
    worker_.commits.begin_packet();
    if (state_ == State::opening) {
        count_control(early_.received, &Tally::received);
        if (worker_.traces.any()) trace_connect(frame);
        return handle_connect(*this, frame);
    }
    if (traced_) [[unlikely]]
        trace_received(frame);
    if (frame.type != PacketType::publish) count_control(early_.received, &Tally::received);
    if (state_ == State::connecting) {
        // Only an enhanced authentication reads on before CONNACK.
        if (frame.type == PacketType::auth) return handle_auth(*this, frame);
        if (frame.type == PacketType::disconnect) return lost(mqtt::Reason::success);
        worker_.counters.protocol_errors.add();
        return fail(mqtt::Reason::protocol_error);
    }
    switch (frame.type) {
        case PacketType::publish:
            ++session_->ensure_tally().received.messages;
            return handle_publish(*this, frame);
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp: return handle_ack(*this, frame);
        case PacketType::subscribe: return handle_subscribe(*this, frame);
        case PacketType::unsubscribe: return handle_unsubscribe(*this, frame);
        case PacketType::pingreq: return handle_ping(*this, frame);
        case PacketType::disconnect: return handle_disconnect(*this, frame);
        case PacketType::auth:
            if (version_ == mqtt::Version::v5) return handle_auth(*this, frame);
            break;
        default: break;
    }
    worker_.counters.protocol_errors.add();
    fail(mqtt::Reason::protocol_error);
}

}  // namespace grapnel
