#include "mqtt/encode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

// 3.8.3.1; MQTT 3 has the QoS alone.
uint8_t subscription_options(const SubscriptionRequest& request, Version version) {
    unsigned options = request.qos;
    if (version == Version::v5) {
        if (request.no_local) options |= 0x04;
        if (request.retain_as_published) options |= 0x08;
        options |= static_cast<unsigned>(request.retain_handling) << 4;
    }
    return static_cast<uint8_t>(options);
}

uint8_t suback_code(Reason reason, Version version) {
    if (version != Version::v5 && is_error(reason)) return 0x80;
    return static_cast<uint8_t>(reason);
}

}  // namespace

void encode(const Subscribe& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    size_t remaining = 2 + (v5 ? prefixed_size(set_size) : 0);
    for (const SubscriptionRequest& request : packet.filters)
        remaining += 2 + request.filter.size() + 1;
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::subscribe, 2, remaining);
    writer.u16(packet.packet_id);
    if (v5) write_properties(packet.properties, set_size, writer);
    for (const SubscriptionRequest& request : packet.filters) {
        writer.field(request.filter);
        writer.u8(subscription_options(request, version));
    }
    writer.finish();
}

void encode(const Unsubscribe& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    size_t remaining = 2 + (v5 ? prefixed_size(set_size) : 0);
    for (const Bytes filter : packet.filters) remaining += 2 + filter.size();
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::unsubscribe, 2, remaining);
    writer.u16(packet.packet_id);
    if (v5) write_properties(packet.properties, set_size, writer);
    for (const Bytes filter : packet.filters) writer.field(filter);
    writer.finish();
}

void encode(const SubscriptionAck& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    // Before MQTT 5, UNSUBACK has no codes (3.1.1: 3.11.3).
    const bool codes = v5 || packet.type == PacketType::suback;
    const size_t remaining =
        2 + (v5 ? prefixed_size(set_size) : 0) + (codes ? packet.reasons.size() : 0);
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(packet.type, 0, remaining);
    writer.u16(packet.packet_id);
    if (v5) write_properties(packet.properties, set_size, writer);
    if (codes)
        for (const Reason reason : packet.reasons) writer.u8(suback_code(reason, version));
    writer.finish();
}

}  // namespace grapnel::mqtt
