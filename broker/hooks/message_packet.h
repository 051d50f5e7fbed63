#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hooks/packet_box.h"
#include "session/client_info.h"
#include "topics/message.h"

namespace grapnel {

// How one receiver gets a message.
struct DeliveryFacts {
    uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
    bool known = false;  // stores were told of this entry before
    uint16_t packet_id = 0;
    uint64_t order =
        0;  // place in the receiver's queue, or of a change of the retained store; else 0
    std::span<const uint32_t> subscription_identifiers;
};

// A stored or delivered message, or a will, made into a PUBLISH packet that plugins can read and
// change. It borrows from the message; box() borrows from this. Not movable.
class MessagePacket {
public:
    // The message as its publisher sent it. The message outlives this.
    explicit MessagePacket(const Message& message);
    // The message as one receiver gets it. So do the facts' spans.
    MessagePacket(const Message& message, const DeliveryFacts& facts);
    // A will, with its delay and expiry as properties, marked GN_PK_WILL.
    MessagePacket(const StoredWill& will, Bytes client_id);
    MessagePacket(const MessagePacket&) = delete;
    MessagePacket& operator=(const MessagePacket&) = delete;

    mqtt::Publish& packet() { return packet_; }
    MessageMeta& meta() { return meta_; }
    PacketBox& box() { return box_; }
    // After a transform: the properties to hand on (Message::properties), encoded.
    void forwarded_properties(std::string& out) const;

private:
    void fill(const MessageView& view);
    void announce_expiry(const MessageView& view);

    std::string raw_;  // repeated properties, when they are not simply the message's
    mqtt::Publish packet_;
    MessageMeta meta_;
    PacketBox box_;
};

// Parses forwarded properties (Message::properties) back. `out` borrows from `encoded`.
void rebuild_properties(Bytes encoded, mqtt::Properties& out);

}  // namespace grapnel
