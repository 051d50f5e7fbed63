#include "mqtt/decode.h"

namespace grapnel::mqtt {

namespace {

// Makes the variant hold a P, keeping the one that is there for its capacity.
template <class P>
P& hold(Packet& packet) {
    if (P* held = std::get_if<P>(&packet)) return *held;
    return packet.emplace<P>();
}

}  // namespace

Reason decode(const Frame& frame, Version version, Packet& out) {
    switch (frame.type) {
        case PacketType::connect: return decode_connect(frame, hold<Connect>(out));
        case PacketType::connack: return decode_connack(frame, version, hold<Connack>(out));
        case PacketType::publish: return decode_publish(frame, version, hold<Publish>(out));
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp: return decode_ack(frame, version, hold<Ack>(out));
        case PacketType::subscribe: return decode_subscribe(frame, version, hold<Subscribe>(out));
        case PacketType::unsubscribe:
            return decode_unsubscribe(frame, version, hold<Unsubscribe>(out));
        case PacketType::suback:
        case PacketType::unsuback:
            return decode_subscription_ack(frame, version, hold<SubscriptionAck>(out));
        case PacketType::pingreq:
        case PacketType::pingresp: return decode_ping(frame, version, hold<Ping>(out));
        case PacketType::disconnect:
            return decode_disconnect(frame, version, hold<Disconnect>(out));
        case PacketType::auth: return decode_auth(frame, version, hold<Auth>(out));
        case PacketType::reserved: break;
    }
    return Reason::malformed_packet;
}

}  // namespace grapnel::mqtt
