#include "hooks/message_packet.h"

#include <algorithm>
#include <limits>

namespace grapnel {

void rebuild_properties(Bytes encoded, mqtt::Properties& out) {
    out = {};
    if (encoded.empty()) return;
    // Cannot fail on what collect_forwarded_properties made; a foreign store's damage is dropped.
    if (mqtt::is_error(mqtt::decode_properties(encoded, mqtt::PropertyPlace::publish, out)))
        out = {};
}

// Forwarded properties do not have it: what receivers are told is what is left of it by then.
void MessagePacket::announce_expiry(const MessageView& view) {
    if (view.expires_ms == 0 || !view.expiry_announced) return;
    const int64_t interval_s = (view.expires_ms - view.created_ms) / 1000;
    packet_.properties.message_expiry_s = static_cast<uint32_t>(
        std::clamp<int64_t>(interval_s, 1, std::numeric_limits<uint32_t>::max()));
    packet_.properties.mark(mqtt::PropertyId::message_expiry_interval);
}

void MessagePacket::fill(const MessageView& view) {
    packet_.topic = view.topic;
    packet_.payload = view.payload;
    packet_.qos = view.qos;
    packet_.retain = view.retain;
    meta_.origin = view.origin;
    meta_.created_ms = view.created_ms;
    meta_.expires_ms = view.expires_ms;
    meta_.key = view.key;
    box_ = PacketBox(&packet_, mqtt::Version::v5, &meta_);
}

MessagePacket::MessagePacket(const Message& message) {
    fill(message.view());
    rebuild_properties(message.properties(), packet_.properties);
    announce_expiry(message.view());
}

MessagePacket::MessagePacket(const Message& message, const DeliveryFacts& facts) {
    fill(message.view());
    packet_.qos = facts.qos;
    packet_.retain = facts.retain;
    packet_.dup = facts.dup;
    packet_.packet_id = facts.packet_id;
    meta_.order = facts.order;
    if (facts.known) meta_.flags = GN_PK_KNOWN;
    Bytes properties = message.properties();
    if (!facts.subscription_identifiers.empty()) {
        raw_ = properties;
        for (const uint32_t identifier : facts.subscription_identifiers)
            mqtt::append_subscription_identifier(identifier, raw_);
        properties = raw_;
    }
    rebuild_properties(properties, packet_.properties);
    announce_expiry(message.view());
}

MessagePacket::MessagePacket(const StoredWill& will, Bytes client_id) {
    if (will.message) {
        fill(will.message->view());
        rebuild_properties(will.message->properties(), packet_.properties);
    }
    meta_.origin = client_id;
    meta_.flags = GN_PK_WILL;
    packet_.properties.will_delay_s = will.delay_s;
    if (will.delay_s != 0) packet_.properties.mark(mqtt::PropertyId::will_delay_interval);
    packet_.properties.message_expiry_s = will.message_expiry_s;
    if (will.has_message_expiry) packet_.properties.mark(mqtt::PropertyId::message_expiry_interval);
    box_ = PacketBox(&packet_, mqtt::Version::v5, &meta_);
}

void MessagePacket::forwarded_properties(std::string& out) const {
    mqtt::collect_forwarded_properties(packet_.properties, out);
}

}  // namespace grapnel
