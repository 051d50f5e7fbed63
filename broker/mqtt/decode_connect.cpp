#include "mqtt/decode.h"
#include "mqtt/properties_codec.h"
#include "mqtt/topic_name.h"

namespace grapnel::mqtt {

namespace {

// Bits of the connect flags (3.1.2.3).
constexpr unsigned kReserved = 0x01;
constexpr unsigned kCleanStart = 0x02;
constexpr unsigned kWill = 0x04;
constexpr unsigned kWillRetain = 0x20;
constexpr unsigned kPassword = 0x40;
constexpr unsigned kUsername = 0x80;

// Reads protocol name and level. A client of an unknown protocol is taken for the newest one that
// can be older than it, so that the refusal is in words it may know.
Reason read_version(Reader& reader, Version& out) {
    Bytes name;
    uint8_t level = 0;
    out = Version::v311;
    if (!reader.string(name) || !reader.u8(level)) return Reason::malformed_packet;
    if (name == "MQIsdp") {
        out = Version::v31;
        return level == 3 ? Reason::success : Reason::unsupported_protocol_version;
    }
    if (name != "MQTT") return Reason::unsupported_protocol_version;
    // Some bridges mark themselves with the high bit of the level.
    if ((level & 0x7f) >= 5) out = Version::v5;
    return level == 4 || level == 5 ? Reason::success : Reason::unsupported_protocol_version;
}

Reason read_flags(uint8_t flags, Connect& out) {
    if ((flags & kReserved) != 0) return Reason::malformed_packet;  // 3.1.2-3
    out.clean_start = (flags & kCleanStart) != 0;
    out.has_will = (flags & kWill) != 0;
    out.has_username = (flags & kUsername) != 0;
    out.has_password = (flags & kPassword) != 0;
    out.will.qos = (flags >> 3) & 3;
    out.will.retain = (flags & kWillRetain) != 0;
    if (out.will.qos == 3) return Reason::malformed_packet;  // 3.1.2-12
    if (!out.has_will && (out.will.qos != 0 || out.will.retain))
        return Reason::protocol_error;  // 3.1.2-11, 3.1.2-13
    if (out.version != Version::v5 && out.has_password && !out.has_username)
        return Reason::protocol_error;  // 3.1.1: 3.1.2-22
    return Reason::success;
}

Reason read_will(Reader& reader, Version version, Will& out) {
    const Reason reason = read_properties(reader, version, PropertyPlace::will, out.properties);
    if (reason != Reason::success) return reason;
    if (!reader.binary(out.topic) || !reader.binary(out.payload)) return Reason::malformed_packet;
    const Reason topic = check_topic_name(out.topic);
    if (topic != Reason::success) return topic;
    return out.topic.empty() ? Reason::topic_name_invalid : Reason::success;  // 4.7.3-1
}

void clear_will(Will& out) {
    out.topic = {};
    out.payload = {};
    out.properties.present = 0;
    out.properties.raw = {};
}

Reason read_payload(Reader& reader, Connect& out) {
    if (!reader.string(out.client_id)) return Reason::malformed_packet;
    Reason will = Reason::success;
    if (out.has_will) {
        will = read_will(reader, out.version, out.will);
        if (will != Reason::success && will != Reason::topic_name_invalid) return will;
    }
    // MQTT 3.1, 3.1: the remaining length takes precedence over these flags.
    const auto announced = [&](bool& flag) {
        flag = flag && !(out.version == Version::v31 && reader.done());
        return flag;
    };
    if (announced(out.has_username) && !reader.string(out.username))
        return Reason::malformed_packet;
    if (announced(out.has_password) && !reader.binary(out.password))
        return Reason::malformed_packet;
    if (!reader.done()) return Reason::malformed_packet;
    return will;
}

// Before MQTT 5, who asks for a kept session must name it (3.1.1: 3.1.3-8); MQTT 3.1 has no
// nameless clients at all.
bool client_id_allowed(const Connect& packet) {
    if (!packet.client_id.empty() || packet.version == Version::v5) return true;
    return packet.version == Version::v311 && packet.clean_start;
}

}  // namespace

Reason decode_connect(const Frame& frame, Connect& out) {
    out.client_id = {};
    out.username = {};
    out.password = {};
    out.has_will = out.has_username = out.has_password = false;
    out.properties.present = 0;
    out.properties.raw = {};
    clear_will(out.will);

    Reader reader(frame.body);
    Reason reason = read_version(reader, out.version);
    if (reason != Reason::success) return reason;
    if (frame.padded && out.version == Version::v5) return Reason::malformed_packet;
    uint8_t flags = 0;
    if (!reader.u8(flags)) return Reason::malformed_packet;
    reason = read_flags(flags, out);
    if (reason != Reason::success) return reason;
    if (!reader.u16(out.keepalive_s)) return Reason::malformed_packet;
    reason = read_properties(reader, out.version, PropertyPlace::connect, out.properties);
    if (reason != Reason::success) return reason;
    reason = read_payload(reader, out);
    if (reason != Reason::success) return reason;
    return client_id_allowed(out) ? Reason::success : Reason::client_identifier_not_valid;
}

}  // namespace grapnel::mqtt
