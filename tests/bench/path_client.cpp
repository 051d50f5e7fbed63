#include "path_client.h"

#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"

namespace grapnel::bench {

using mqtt::PacketType;
using mqtt::Reason;

PathClient::PathClient(PathBroker& broker, const std::string& id, mqtt::Version version)
    : version_(version), connection_(broker.accept(pipe_)) {
    mqtt::Connect connect;
    connect.version = version;
    connect.clean_start = true;
    connect.client_id = id;
    send(connect);
}

void PathClient::subscribe(const std::string& topic, uint8_t qos) {
    mqtt::Subscribe packet;
    packet.packet_id = 1;
    packet.filters.push_back({topic, qos, 0, false, false});
    send(packet);
}

void PathClient::publish(const std::string& topic, const std::string& payload, uint8_t qos) {
    mqtt::Publish packet;
    packet.qos = qos;
    if (qos != 0) {
        // Far more ids than messages are ever unacknowledged at once.
        if (++packet_id_ == 0) packet_id_ = 1;
        packet.packet_id = packet_id_;
    }
    packet.topic = topic;
    packet.payload = payload;
    send(packet);
}

void PathClient::send(const mqtt::Packet& packet) {
    if (!has_said()) {
        pipe_.to_broker.clear();
        pipe_.taken = 0;
    }
    mqtt::encode(packet, version_, pipe_.to_broker);
}

void PathClient::acknowledge(PacketType type, uint16_t packet_id) {
    mqtt::Ack ack;
    ack.type = type;
    ack.packet_id = packet_id;
    send(ack);
}

void PathClient::listen() {
    Bytes rest = pipe_.to_client;
    while (!rest.empty()) {
        mqtt::Frame frame;
        mqtt::Packet packet;
        Reason error{};
        if (mqtt::next_frame(rest, 0, frame, error) != mqtt::FrameState::complete ||
            mqtt::decode(frame, version_, packet) != Reason::success)
            fail("the broker wrote something that is no packet");
        take(packet);
        rest.remove_prefix(frame.size);
    }
    pipe_.to_client.clear();
}

void PathClient::take(const mqtt::Packet& packet) {
    if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
        ++received_;
        if (publish->qos == 1) acknowledge(PacketType::puback, publish->packet_id);
        if (publish->qos == 2) acknowledge(PacketType::pubrec, publish->packet_id);
    } else if (const auto* ack = std::get_if<mqtt::Ack>(&packet)) {
        take_ack(*ack);
    } else if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) {
        if (connack->reason != Reason::success) fail("a client was refused");
    } else if (const auto* suback = std::get_if<mqtt::SubscriptionAck>(&packet)) {
        if (mqtt::is_error(suback->reasons.at(0))) fail("a subscription was refused");
    } else {
        fail("a packet that nobody waits for");
    }
}

void PathClient::take_ack(const mqtt::Ack& ack) {
    if (mqtt::is_error(ack.reason)) fail("a message was refused");
    switch (ack.type) {
        case PacketType::pubrec: return acknowledge(PacketType::pubrel, ack.packet_id);
        case PacketType::pubrel: return acknowledge(PacketType::pubcomp, ack.packet_id);
        default: ++acknowledged_;
    }
}

}  // namespace grapnel::bench
