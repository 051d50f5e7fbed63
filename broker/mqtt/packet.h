#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "mqtt/properties.h"
#include "mqtt/reason.h"
#include "mqtt/types.h"

namespace grapnel::mqtt {

// One struct a packet type. Decoded packets borrow every string from the frame they came from.

struct Will {
    Bytes topic;
    Bytes payload;
    uint8_t qos = 0;
    bool retain = false;
    Properties properties;
};

struct Connect {
    Version version = Version::v5;
    bool clean_start = false;
    bool has_will = false;
    bool has_username = false;
    bool has_password = false;
    uint16_t keepalive_s = 0;
    Bytes client_id;
    Bytes username;
    Bytes password;
    Properties properties;
    Will will;
};

struct Connack {
    bool session_present = false;
    Reason reason = Reason::success;
    Properties properties;
};

struct Publish {
    bool dup = false;
    bool retain = false;
    uint8_t qos = 0;
    uint16_t packet_id = 0;
    Bytes topic;
    Bytes payload;
    Properties properties;
};

// PUBACK, PUBREC, PUBREL and PUBCOMP: `type` says which.
struct Ack {
    PacketType type = PacketType::puback;
    Reason reason = Reason::success;
    uint16_t packet_id = 0;
    Properties properties;
};

struct SubscriptionRequest {
    Bytes filter;  // as sent, $share/ included
    uint8_t qos = 0;
    uint8_t retain_handling = 0;
    bool no_local = false;
    bool retain_as_published = false;
};

struct Subscribe {
    uint16_t packet_id = 0;
    Properties properties;
    std::vector<SubscriptionRequest> filters;
};

struct Unsubscribe {
    uint16_t packet_id = 0;
    Properties properties;
    std::vector<Bytes> filters;
};

// SUBACK and UNSUBACK: `type` says which.
struct SubscriptionAck {
    PacketType type = PacketType::suback;
    uint16_t packet_id = 0;
    Properties properties;
    std::vector<Reason> reasons;
};

struct Ping {
    PacketType type = PacketType::pingreq;
};

struct Disconnect {
    Reason reason = Reason::success;
    Properties properties;
};

struct Auth {
    Reason reason = Reason::success;
    Properties properties;
};

using Packet = std::variant<std::monostate, Connect, Connack, Publish, Ack, Subscribe,
                            SubscriptionAck, Unsubscribe, Ping, Disconnect, Auth>;

// The control packet type of what the variant holds; reserved when empty.
PacketType packet_type(const Packet& packet);

}  // namespace grapnel::mqtt
