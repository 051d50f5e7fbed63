#include "mqtt/encode.h"

namespace grapnel::mqtt {

namespace {

struct Encoder {
    Version version;
    std::string& out;

    void operator()(std::monostate) const {}
    void operator()(const Connect& packet) const { encode(packet, out); }
    void operator()(const Ping& packet) const { encode(packet, out); }
    void operator()(const Auth& packet) const {
        if (version == Version::v5) encode(packet, out);
    }
    template <class P>
    void operator()(const P& packet) const {
        encode(packet, version, out);
    }
};

// The properties of a packet whose user properties and reason string a sender leaves out rather
// than not send the packet; null for any other (3.2.2.3.9, 3.4.2.2.2 and the like).
struct TrimmableProperties {
    Properties* operator()(Connack& packet) const { return &packet.properties; }
    Properties* operator()(Ack& packet) const { return &packet.properties; }
    Properties* operator()(SubscriptionAck& packet) const { return &packet.properties; }
    Properties* operator()(Disconnect& packet) const { return &packet.properties; }
    Properties* operator()(Auth& packet) const { return &packet.properties; }
    template <class P>
    Properties* operator()(P&) const {
        return nullptr;
    }
};

bool fits(const Packet& packet, Version version, size_t maximum, std::string& out) {
    const size_t before = out.size();
    encode(packet, version, out);
    if (out.size() - before <= maximum) return true;
    out.resize(before);
    return false;
}

}  // namespace

void encode(const Packet& packet, Version version, std::string& out) {
    std::visit(Encoder{version, out}, packet);
}

bool encode_within(const Packet& packet, Version version, uint32_t maximum_packet_size,
                   std::string& out) {
    const size_t maximum = maximum_packet_size == 0 ? SIZE_MAX : maximum_packet_size;
    if (fits(packet, version, maximum, out)) return true;
    if (version != Version::v5) return false;
    Packet trimmed = packet;
    Properties* properties = std::visit(TrimmableProperties{}, trimmed);
    if (properties == nullptr) return false;
    properties->raw = {};
    properties->clear(PropertyId::user_property);
    if (fits(trimmed, version, maximum, out)) return true;
    properties->clear(PropertyId::reason_string);
    return fits(trimmed, version, maximum, out);
}

}  // namespace grapnel::mqtt
