#include "mqtt/encode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

// Connect flags (3.1.2.3).
unsigned connect_flags(const Connect& packet) {
    unsigned flags = 0;
    if (packet.clean_start) flags |= 0x02;
    if (packet.has_will) {
        flags |= 0x04u | (static_cast<unsigned>(packet.will.qos) << 3);
        if (packet.will.retain) flags |= 0x20;
    }
    if (packet.has_password) flags |= 0x40;
    if (packet.has_username) flags |= 0x80;
    return flags;
}

}  // namespace

void encode(const Connect& packet, std::string& out) {
    const bool v5 = packet.version == Version::v5;
    const Bytes name = packet.version == Version::v31 ? "MQIsdp" : "MQTT";
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    const size_t will_set_size =
        v5 && packet.has_will ? properties_size(packet.will.properties) : 0;

    size_t remaining = 2 + name.size() + 1 + 1 + 2 + 2 + packet.client_id.size();
    if (v5) remaining += prefixed_size(set_size);
    if (packet.has_will) {
        remaining += 2 + packet.will.topic.size() + 2 + packet.will.payload.size();
        if (v5) remaining += prefixed_size(will_set_size);
    }
    if (packet.has_username) remaining += 2 + packet.username.size();
    if (packet.has_password) remaining += 2 + packet.password.size();

    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::connect, 0, remaining);
    writer.field(name);
    writer.u8(static_cast<uint8_t>(packet.version));
    writer.u8(static_cast<uint8_t>(connect_flags(packet)));
    writer.u16(packet.keepalive_s);
    if (v5) write_properties(packet.properties, set_size, writer);
    writer.field(packet.client_id);
    if (packet.has_will) {
        if (v5) write_properties(packet.will.properties, will_set_size, writer);
        writer.field(packet.will.topic);
        writer.field(packet.will.payload);
    }
    if (packet.has_username) writer.field(packet.username);
    if (packet.has_password) writer.field(packet.password);
    writer.finish();
}

void encode(const Connack& packet, Version version, std::string& out) {
    // A refusal never has a session (3.2.2-6), MQTT 3.1 has no such flag.
    const bool session_present =
        packet.session_present && packet.reason == Reason::success && version != Version::v31;
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    const size_t remaining = 2 + (v5 ? prefixed_size(set_size) : 0);
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::connack, 0, remaining);
    writer.u8(session_present ? 1 : 0);
    writer.u8(v5 ? static_cast<uint8_t>(packet.reason) : connack_return_code_v3(packet.reason));
    if (v5) write_properties(packet.properties, set_size, writer);
    writer.finish();
}

}  // namespace grapnel::mqtt
