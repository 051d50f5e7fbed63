#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "mqtt/packet.h"

namespace grapnel::mqtt {

// Packet → bytes, appended to `out`. Properties are written for version 5 only; reason codes of v3
// packets become their v3 form (CONNACK return code, SUBACK 0x80) or are left out. Requires,
// asserted: no string is longer than 65,535 bytes and no packet longer than 268,435,455. Whether
// the packet makes sense is the caller's business.

void encode(const Connect& packet, std::string& out);
void encode(const Connack& packet, Version version, std::string& out);
void encode(const Publish& packet, Version version, std::string& out);
void encode(const Ack& packet, Version version, std::string& out);
void encode(const Subscribe& packet, Version version, std::string& out);
void encode(const Unsubscribe& packet, Version version, std::string& out);
void encode(const SubscriptionAck& packet, Version version, std::string& out);
void encode(const Ping& packet, std::string& out);
void encode(const Disconnect& packet, Version version, std::string& out);
void encode(const Auth& packet, std::string& out);
// Appends nothing for an empty variant and for AUTH before MQTT 5.
void encode(const Packet& packet, Version version, std::string& out);

// The same within the receiver's Maximum Packet Size (0 = none): leaves out first the user
// properties, then the reason string, where the standard allows that (not for PUBLISH). Returns
// false, with nothing appended, when it is still too large (3.1.2-24, 3.2.2-19, -20).
[[nodiscard]] bool encode_within(const Packet& packet, Version version,
                                 uint32_t maximum_packet_size, std::string& out);

// A PUBLISH to one kind of receiver, without its payload.
struct PublishHead {
    Version version = Version::v5;
    uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
    bool has_message_expiry = false;
    uint16_t packet_id = 0;    // written when qos > 0
    uint16_t topic_alias = 0;  // 0: none
    uint32_t message_expiry_s = 0;
    Bytes topic;  // may be empty with an alias
    std::span<const uint32_t> subscription_identifiers;
    Bytes forwarded_properties;  // encoded, as collect_forwarded_properties made them
    size_t payload_size = 0;
};

// Appends everything before the payload; returns the offset in `out` of the two packet id bytes (0
// with QoS 0), so that one encoding serves many receivers. The whole packet is (appended bytes) +
// payload_size. Before MQTT 5 every property is left out. Requires: each subscription identifier is
// in range.
size_t encode_publish_head(const PublishHead& head, std::string& out);

}  // namespace grapnel::mqtt
