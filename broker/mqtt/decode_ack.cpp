#include "mqtt/decode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

// Reads a reason code that must be in the table of `type`.
Reason read_reason(Reader& reader, PacketType type, Reason& out) {
    uint8_t code = 0;
    if (!reader.u8(code)) return Reason::malformed_packet;
    if (!reason_allowed(type, code)) return Reason::protocol_error;
    out = static_cast<Reason>(code);
    return Reason::success;
}

// Reads what an acknowledgement, DISCONNECT or AUTH may leave out: the reason code, and after it
// the property set, up to the end of the packet.
Reason read_optional_tail(Reader& reader, PacketType type, Reason& code, Properties& properties) {
    code = Reason::success;
    properties.present = 0;
    properties.raw = {};
    if (reader.done()) return Reason::success;
    const Reason reason = read_reason(reader, type, code);
    if (reason != Reason::success || reader.done()) return reason;
    const Reason set = read_properties(reader, static_cast<PropertyPlace>(type), properties);
    if (set != Reason::success) return set;
    return reader.done() ? Reason::success : Reason::malformed_packet;
}

// The reason that a v3 return code stands for (3.1.1: 3.2.2.3).
bool reason_of_return_code(uint8_t code, Reason& out) {
    constexpr Reason kReasons[] = {
        Reason::success,
        Reason::unsupported_protocol_version,
        Reason::client_identifier_not_valid,
        Reason::server_unavailable,
        Reason::bad_username_or_password,
        Reason::not_authorized,
    };
    if (code >= std::size(kReasons)) return false;
    out = kReasons[code];
    return true;
}

}  // namespace

Reason decode_ack(const Frame& frame, Version version, Ack& out) {
    out.type = frame.type;
    Reader reader(frame.body);
    if (!reader.u16(out.packet_id)) return Reason::malformed_packet;
    if (version == Version::v5) {
        // DUP on PUBREL is of MQTT 3.1 only (2.1.3).
        if (frame.padded || (frame.flags & 8u) != 0) return Reason::malformed_packet;
    } else if (!reader.done() || ((frame.flags & 8u) != 0 && version == Version::v311)) {
        return Reason::malformed_packet;
    }
    const Reason reason = read_optional_tail(reader, out.type, out.reason, out.properties);
    if (reason != Reason::success) return reason;
    return out.packet_id == 0 ? Reason::protocol_error : Reason::success;  // 2.2.1
}

Reason decode_connack(const Frame& frame, Version version, Connack& out) {
    out.properties.present = 0;
    out.properties.raw = {};
    Reader reader(frame.body);
    uint8_t flags = 0;
    if (!reader.u8(flags)) return Reason::malformed_packet;
    // MQTT 3.1 has no session present flag: the whole byte is reserved.
    if (flags > (version == Version::v31 ? 0 : 1)) return Reason::malformed_packet;
    out.session_present = flags != 0;
    if (version == Version::v5) {
        if (frame.padded) return Reason::malformed_packet;
        Reason reason = read_reason(reader, PacketType::connack, out.reason);
        if (reason != Reason::success) return reason;
        reason = read_properties(reader, PropertyPlace::connack, out.properties);
        if (reason != Reason::success) return reason;
    } else {
        uint8_t code = 0;
        if (!reader.u8(code)) return Reason::malformed_packet;
        if (!reason_of_return_code(code, out.reason)) return Reason::protocol_error;
    }
    if (!reader.done()) return Reason::malformed_packet;
    if (out.session_present && out.reason != Reason::success)
        return Reason::protocol_error;  // 3.2.2-6
    return Reason::success;
}

Reason decode_disconnect(const Frame& frame, Version version, Disconnect& out) {
    Reader reader(frame.body);
    if (version == Version::v5 ? frame.padded : !reader.done()) return Reason::malformed_packet;
    return read_optional_tail(reader, PacketType::disconnect, out.reason, out.properties);
}

Reason decode_auth(const Frame& frame, Version version, Auth& out) {
    if (version != Version::v5 || frame.padded) return Reason::malformed_packet;
    Reader reader(frame.body);
    const Reason reason = read_optional_tail(reader, PacketType::auth, out.reason, out.properties);
    if (reason != Reason::success) return reason;
    // 3.15.2.2.2. Success alone may leave everything out (3.15.2.1).
    if (out.reason != Reason::success && !out.properties.has(PropertyId::authentication_method))
        return Reason::protocol_error;
    return Reason::success;
}

Reason decode_ping(const Frame& frame, Version version, Ping& out) {
    out.type = frame.type;
    if (!frame.body.empty() || (frame.padded && version == Version::v5))
        return Reason::malformed_packet;
    return Reason::success;
}

}  // namespace grapnel::mqtt
