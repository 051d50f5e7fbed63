#include "mqtt/encode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

unsigned publish_flags(bool dup, uint8_t qos, bool retain) {
    return (dup ? 8u : 0u) | (static_cast<unsigned>(qos) << 1) | (retain ? 1u : 0u);
}

// What a head adds to the forwarded properties: expiry, alias, identifiers.
size_t own_properties_size(const PublishHead& head) {
    size_t size = 0;
    if (head.has_message_expiry) size += 1 + 4;
    if (head.topic_alias != 0) size += 1 + 2;
    for (const uint32_t identifier : head.subscription_identifiers)
        size += 1 + variable_size(identifier);
    return size;
}

void write_own_properties(const PublishHead& head, Writer& writer) {
    if (head.has_message_expiry) {
        writer.u8(static_cast<uint8_t>(PropertyId::message_expiry_interval));
        writer.u32(head.message_expiry_s);
    }
    if (head.topic_alias != 0) {
        writer.u8(static_cast<uint8_t>(PropertyId::topic_alias));
        writer.u16(head.topic_alias);
    }
    for (const uint32_t identifier : head.subscription_identifiers) {
        writer.u8(static_cast<uint8_t>(PropertyId::subscription_identifier));
        writer.variable(identifier);
    }
}

}  // namespace

void encode(const Publish& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    const size_t remaining = 2 + packet.topic.size() + (packet.qos != 0 ? 2 : 0) +
                             (v5 ? prefixed_size(set_size) : 0) + packet.payload.size();
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::publish, publish_flags(packet.dup, packet.qos, packet.retain),
                        remaining);
    writer.field(packet.topic);
    if (packet.qos != 0) writer.u16(packet.packet_id);
    if (v5) write_properties(packet.properties, set_size, writer);
    writer.bytes(packet.payload);
    writer.finish();
}

size_t encode_publish_head(const PublishHead& head, std::string& out) {
    size_t set_size = 0;
    size_t head_size = 2 + head.topic.size() + (head.qos != 0 ? 2 : 0);
    if (head.version == Version::v5) {
        set_size = own_properties_size(head) + head.forwarded_properties.size();
        head_size += prefixed_size(set_size);
    }
    const size_t remaining = head_size + head.payload_size;

    Writer writer(out, 1 + variable_size(remaining) + head_size);
    writer.fixed_header(PacketType::publish, publish_flags(head.dup, head.qos, head.retain),
                        remaining);
    writer.field(head.topic);
    size_t packet_id_at = 0;
    if (head.qos != 0) {
        packet_id_at = writer.offset();
        writer.u16(head.packet_id);
    }
    if (head.version == Version::v5) {
        writer.variable(set_size);
        if (set_size != 0) {
            write_own_properties(head, writer);
            writer.bytes(head.forwarded_properties);
        }
    }
    writer.finish();
    return packet_id_at;
}

}  // namespace grapnel::mqtt
