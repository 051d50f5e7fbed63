#include "mqtt/decode.h"
#include "mqtt/properties_codec.h"
#include "mqtt/topic_name.h"

namespace grapnel::mqtt {

Reason decode_publish(const Frame& frame, Version version, Publish& out) {
    const unsigned flags = frame.flags;
    out.retain = (flags & 1u) != 0;
    out.qos = static_cast<uint8_t>((flags >> 1) & 3u);
    out.dup = (flags & 8u) != 0;
    // QoS 3 (3.3.1-4), DUP with QoS 0 (3.3.1-2): invalid fixed header flags (2.1.3).
    if (out.qos == 3 || (flags & 0x0eu) == 8u) return Reason::malformed_packet;
    if (frame.padded && version == Version::v5) return Reason::malformed_packet;

    Reader reader(frame.body);
    if (!reader.binary(out.topic)) return Reason::malformed_packet;
    Reason reason = check_topic_name(out.topic);
    if (reason != Reason::success) return reason;
    out.packet_id = 0;
    if (out.qos != 0) {
        if (!reader.u16(out.packet_id)) return Reason::malformed_packet;
        if (out.packet_id == 0) return Reason::protocol_error;  // 2.2.1-3
    }
    reason = read_properties(reader, version, PropertyPlace::publish, out.properties);
    if (reason != Reason::success) return reason;
    if (out.topic.empty()) {
        if (version != Version::v5) return Reason::topic_name_invalid;  // 3.1.1: 4.7.3-1
        if (!out.properties.has(PropertyId::topic_alias)) return Reason::protocol_error;  // 3.3.2.1
    }
    out.payload = reader.rest();
    return Reason::success;
}

}  // namespace grapnel::mqtt
