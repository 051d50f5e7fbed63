#include "mqtt/encode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

constexpr unsigned flags_of(PacketType type) { return type == PacketType::pubrel ? 2 : 0; }

// Bytes of reason code and property set, where both may be left out from the end: the code when it
// is success, the set when it is empty.
size_t tail_size(Reason reason, size_t set_size) {
    if (set_size != 0) return 1 + prefixed_size(set_size);
    return reason == Reason::success ? 0 : 1;
}

void write_tail(Reason reason, const Properties& properties, size_t set_size, Writer& writer) {
    if (tail_size(reason, set_size) == 0) return;
    writer.u8(static_cast<uint8_t>(reason));
    if (set_size != 0) write_properties(properties, set_size, writer);
}

}  // namespace

void encode(const Ack& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    const size_t remaining = 2 + (v5 ? tail_size(packet.reason, set_size) : 0);
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(packet.type, flags_of(packet.type), remaining);
    writer.u16(packet.packet_id);
    if (v5) write_tail(packet.reason, packet.properties, set_size, writer);
    writer.finish();
}

void encode(const Disconnect& packet, Version version, std::string& out) {
    const bool v5 = version == Version::v5;
    const size_t set_size = v5 ? properties_size(packet.properties) : 0;
    const size_t remaining = v5 ? tail_size(packet.reason, set_size) : 0;
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::disconnect, 0, remaining);
    if (v5) write_tail(packet.reason, packet.properties, set_size, writer);
    writer.finish();
}

void encode(const Auth& packet, std::string& out) {
    // All or nothing: AUTH has no form with a reason code alone (3.15.2.1).
    const size_t set_size = properties_size(packet.properties);
    const bool empty = packet.reason == Reason::success && set_size == 0;
    const size_t remaining = empty ? 0 : 1 + prefixed_size(set_size);
    Writer writer(out, packet_size(remaining));
    writer.fixed_header(PacketType::auth, 0, remaining);
    if (!empty) {
        writer.u8(static_cast<uint8_t>(packet.reason));
        write_properties(packet.properties, set_size, writer);
    }
    writer.finish();
}

void encode(const Ping& packet, std::string& out) {
    Writer writer(out, packet_size(0));
    writer.fixed_header(packet.type, 0, 0);
    writer.finish();
}

}  // namespace grapnel::mqtt
