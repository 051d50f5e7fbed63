#include "mqtt/decode.h"
#include "mqtt/properties_codec.h"

namespace grapnel::mqtt {

namespace {

// Reads packet id and properties, what these four packet types begin with.
Reason read_head(const Frame& frame, Version version, uint16_t& packet_id, Properties& properties,
                 Reader& reader) {
    // DUP is of MQTT 3.1 only (2.1.3), a padded length of what came before MQTT 5 (1.5.5-1).
    if ((frame.flags & 8u) != 0 && version != Version::v31) return Reason::malformed_packet;
    if (frame.padded && version == Version::v5) return Reason::malformed_packet;
    if (!reader.u16(packet_id)) return Reason::malformed_packet;
    const Reason reason =
        read_properties(reader, version, static_cast<PropertyPlace>(frame.type), properties);
    if (reason != Reason::success) return reason;
    return packet_id == 0 ? Reason::protocol_error : Reason::success;  // 2.2.1-3
}

// 3.8.3.1. Before MQTT 5 the upper six bits are reserved, and QoS 3 is malformed (3.1.1: 3.8.3-4).
Reason check_options(uint8_t options, Version version) {
    const unsigned qos = options & 3u;
    if (version != Version::v5) return options > 2 ? Reason::malformed_packet : Reason::success;
    if ((options & 0xc0u) != 0) return Reason::malformed_packet;  // 3.8.3-5
    if (qos == 3 || (options & 0x30u) == 0x30u) return Reason::protocol_error;
    return Reason::success;
}

// Checks every filter with its options and counts them, so that room is made once and only for what
// is there.
Reason count_requests(Reader reader, Version version, size_t& count) {
    count = 0;
    while (!reader.done()) {
        Bytes filter;
        uint8_t options = 0;
        if (!reader.string(filter) || !reader.u8(options)) return Reason::malformed_packet;
        const Reason reason = check_options(options, version);
        if (reason != Reason::success) return reason;
        ++count;
    }
    return count == 0 ? Reason::protocol_error : Reason::success;  // 3.8.3-2
}

Reason count_filters(Reader reader, size_t& count) {
    count = 0;
    while (!reader.done()) {
        Bytes filter;
        if (!reader.string(filter)) return Reason::malformed_packet;
        ++count;
    }
    return count == 0 ? Reason::protocol_error : Reason::success;  // 3.10.3-2
}

// The codes before MQTT 5: granted QoS and failure (3.1.1: 3.9.3).
bool suback_code_v3(uint8_t code) { return code <= 2 || code == 0x80; }

}  // namespace

Reason decode_subscribe(const Frame& frame, Version version, Subscribe& out) {
    out.filters.clear();
    Reader reader(frame.body);
    Reason reason = read_head(frame, version, out.packet_id, out.properties, reader);
    if (reason != Reason::success) return reason;
    size_t count = 0;
    reason = count_requests(reader, version, count);
    if (reason != Reason::success) return reason;
    out.filters.resize(count);
    for (SubscriptionRequest& request : out.filters) {
        uint8_t options = 0;
        const bool read = reader.binary(request.filter) && reader.u8(options);
        GN_ASSERT(read);
        request.qos = options & 3;
        request.no_local = (options & 0x04) != 0;
        request.retain_as_published = (options & 0x08) != 0;
        request.retain_handling = (options >> 4) & 3;
    }
    return Reason::success;
}

Reason decode_unsubscribe(const Frame& frame, Version version, Unsubscribe& out) {
    out.filters.clear();
    Reader reader(frame.body);
    Reason reason = read_head(frame, version, out.packet_id, out.properties, reader);
    if (reason != Reason::success) return reason;
    size_t count = 0;
    reason = count_filters(reader, count);
    if (reason != Reason::success) return reason;
    out.filters.resize(count);
    for (Bytes& filter : out.filters) {
        const bool read = reader.binary(filter);
        GN_ASSERT(read);
    }
    return Reason::success;
}

Reason decode_subscription_ack(const Frame& frame, Version version, SubscriptionAck& out) {
    out.type = frame.type;
    out.reasons.clear();
    Reader reader(frame.body);
    const Reason reason = read_head(frame, version, out.packet_id, out.properties, reader);
    if (reason != Reason::success) return reason;
    if (version != Version::v5 && out.type == PacketType::unsuback)
        return reader.done() ? Reason::success : Reason::malformed_packet;
    const Bytes codes = reader.rest();
    if (codes.empty()) return Reason::protocol_error;
    for (const char byte : codes) {
        const auto code = static_cast<uint8_t>(byte);
        if (version == Version::v5 ? !reason_allowed(out.type, code) : !suback_code_v3(code))
            return Reason::protocol_error;
    }
    out.reasons.resize(codes.size());
    for (size_t index = 0; index < codes.size(); ++index)
        out.reasons[index] = static_cast<Reason>(codes[index]);
    return Reason::success;
}

}  // namespace grapnel::mqtt
