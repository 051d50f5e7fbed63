#include "mqtt/packet.h"

namespace grapnel::mqtt {

namespace {

struct TypeOf {
    PacketType operator()(std::monostate) const { return PacketType::reserved; }
    PacketType operator()(const Connect&) const { return PacketType::connect; }
    PacketType operator()(const Connack&) const { return PacketType::connack; }
    PacketType operator()(const Publish&) const { return PacketType::publish; }
    PacketType operator()(const Ack& packet) const { return packet.type; }
    PacketType operator()(const Subscribe&) const { return PacketType::subscribe; }
    PacketType operator()(const SubscriptionAck& packet) const { return packet.type; }
    PacketType operator()(const Unsubscribe&) const { return PacketType::unsubscribe; }
    PacketType operator()(const Ping& packet) const { return packet.type; }
    PacketType operator()(const Disconnect&) const { return PacketType::disconnect; }
    PacketType operator()(const Auth&) const { return PacketType::auth; }
};

}  // namespace

PacketType packet_type(const Packet& packet) { return std::visit(TypeOf{}, packet); }

}  // namespace grapnel::mqtt
