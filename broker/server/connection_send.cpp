#include "mqtt/encode.h"
#include "server/connection.h"
#include "server/outgoing.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr uint64_t kEncodeEvents =
    event_bit(Event::on_packet_encode) | event_bit(Event::on_packet_sent);
constexpr char kDup = 0x08;

}  // namespace

// Of a PUBLISH that is on its way; `size`: the whole packet's.
[[gnu::always_inline]] inline void Connection::publish_sent(Outgoing& message,
                                                            const DeliveryFacts& facts, size_t size,
                                                            uint16_t topic_alias) {
    worker_.counters.packets_sent[static_cast<size_t>(mqtt::PacketType::publish)].add();
    worker_.counters.messages_sent[facts.qos].add();
    ++session_->ensure_tally().sent.messages;
    if (traced_) [[unlikely]]
        trace_sent(message, facts, size, topic_alias);
}

// Leaves the encoded packet in the worker's packet_scratch; false when it must not be sent.
template <class Packet>
bool Connection::encode_packet(Packet& packet) {
    std::string& scratch = worker_.packet_scratch;
    scratch.clear();
    Dispatcher& hooks = worker_.hooks;
    ClientInfo* const who = client();
    const bool watched = who != nullptr && (hooks.present() & kEncodeEvents) != 0;
    PacketBox box(&packet, version_);
    if (watched) hooks.packet_encode(*who, box);
    if (!mqtt::encode_within(packet, version_, maximum_packet_size_, scratch)) return false;
    worker_.counters.packets_sent[static_cast<uint8_t>(scratch[0]) >> 4].add();
    count_control(early_.sent, &Tally::sent);
    if (traced_) [[unlikely]]
        trace_sent(scratch);
    if (watched) {
        const std::string wire = scratch;  // a plugin's call may make the worker send
        hooks.packet_sent(*who, box, wire);
        scratch = wire;
    }
    return true;
}

template <class Packet>
bool Connection::send(Packet& packet) {
    if (!encode_packet(packet)) return false;
    append_output(worker_.packet_scratch);
    return true;
}

// DISCONNECT, with a reason that it may have (3.14.2.1).
void Connection::say_farewell(mqtt::Reason reason, Bytes text) {
    const bool allowed =
        mqtt::reason_allowed(mqtt::PacketType::disconnect, static_cast<uint8_t>(reason));
    mqtt::Disconnect packet;
    packet.reason = allowed ? reason : mqtt::Reason::implementation_specific_error;
    if (!text.empty() && problem_information_) {
        packet.properties.mark(mqtt::PropertyId::reason_string);
        packet.properties.reason_string = text;
    }
    send(packet);
    silent_ = true;
}

template bool Connection::send(mqtt::Connack&);
template bool Connection::send(mqtt::Disconnect&);
template bool Connection::send(mqtt::Auth&);
template bool Connection::send(mqtt::Ping&);
template bool Connection::send(mqtt::Ack&);

void Connection::queue_acknowledgement(Bytes packet) {
    if (worker_.commits.holding(*this))
        worker_.commits.hold(*this, packet);
    else
        append_output(packet);
}

void Connection::send_ack(mqtt::PacketType type, uint16_t packet_id, mqtt::Reason reason,
                          Bytes text) {
    const bool plain = version_ != mqtt::Version::v5 || reason == mqtt::Reason::success;
    if (plain && (worker_.hooks.present() & kEncodeEvents) == 0) {
        const auto first = static_cast<char>((static_cast<uint8_t>(type) << 4) |
                                             (type == mqtt::PacketType::pubrel ? 2 : 0));
        const char packet[4] = {first, 2, static_cast<char>(packet_id >> 8),
                                static_cast<char>(packet_id & 0xff)};
        worker_.counters.packets_sent[static_cast<size_t>(type)].add();
        count_control(early_.sent, &Tally::sent);
        if (traced_) [[unlikely]]
            trace_sent({packet, sizeof packet});
        return queue_acknowledgement({packet, sizeof packet});
    }
    mqtt::Ack ack;
    ack.type = type;
    ack.packet_id = packet_id;
    ack.reason = reason;
    if (!text.empty() && problem_information_) {
        ack.properties.mark(mqtt::PropertyId::reason_string);
        ack.properties.reason_string = text;
    }
    if (encode_packet(ack)) queue_acknowledgement(worker_.packet_scratch);
}

void Connection::send_ack(mqtt::SubscriptionAck& ack) {
    if (encode_packet(ack)) queue_acknowledgement(worker_.packet_scratch);
}

bool Connection::send_publish(Outgoing& message, const DeliveryFacts& facts) {
    // 4.3.3: once the client may have the packet id of a QoS 2 message, a crash must not forget it.
    // QoS 1 does not overtake it.
    const bool held = facts.qos == 2 ? worker_.commits.holding(*this)
                                     : facts.qos == 1 && worker_.commits.waiting(*this);
    if (held || (worker_.hooks.present() & kEncodeEvents) != 0)
        return send_publish_apart(message, facts, held);
    if (aliases_ && aliases_->outbound()) return send_publish_alone(message, facts);
    const Outgoing::Encoded& encoded =
        message.encode(version_, facts.qos, facts.retain, facts.subscription_identifiers);
    const size_t size =
        encoded.size + (message.payload_apart() ? message.view().payload.size() : 0);
    if (maximum_packet_size_ != 0 && size > maximum_packet_size_) return false;
    char* const frame = worker_.frame_scratch.data() + encoded.offset;
    if (encoded.packet_id != 0) {
        char* const id = worker_.frame_scratch.data() + encoded.packet_id;
        id[0] = static_cast<char>(facts.packet_id >> 8);
        id[1] = static_cast<char>(facts.packet_id & 0xff);
    }
    if (facts.dup) *frame = static_cast<char>(*frame | kDup);
    const uint64_t received_us = message.view().received_us;
    if (message.payload_apart())
        output_.append(worker_.outputs, {frame, encoded.size}, message.hold(), received_us);
    else
        output_.append(worker_.outputs, {frame, encoded.size}, received_us);
    if (facts.dup) *frame = static_cast<char>(*frame & ~kDup);
    publish_sent(message, facts, size);
    worker_.mark_dirty(*this);
    return true;
}

// For a client that takes topic aliases: each of its packets is its own.
bool Connection::send_publish_alone(Outgoing& message, const DeliveryFacts& facts) {
    const MessageView& view = message.view();
    mqtt::PublishHead head;
    head.version = version_;
    head.qos = facts.qos;
    head.retain = facts.retain;
    head.dup = facts.dup;
    head.packet_id = facts.packet_id;
    head.topic = view.topic;
    head.subscription_identifiers = facts.subscription_identifiers;
    head.forwarded_properties = view.properties;
    head.payload_size = view.payload.size();
    if (view.expires_ms != 0 && view.expiry_announced) {
        head.has_message_expiry = true;
        head.message_expiry_s = remaining_expiry_s(view.expires_ms, worker_.clock.wall_ms);
    }
    std::string& scratch = worker_.packet_scratch;
    scratch.clear();
    mqtt::encode_publish_head(head, scratch);
    constexpr size_t kAliasProperty = 5;  // with what it may add to the two length fields
    if (maximum_packet_size_ != 0 &&
        scratch.size() + view.payload.size() + kAliasProperty > maximum_packet_size_) {
        if (scratch.size() + view.payload.size() > maximum_packet_size_) return false;
    } else {
        bool fresh = false;
        head.topic_alias = aliases_->use(view.topic, fresh);
        if (head.topic_alias != 0 && !fresh) head.topic = {};
        scratch.clear();
        mqtt::encode_publish_head(head, scratch);
    }
    if (message.payload_apart()) {
        output_.append(worker_.outputs, scratch, message.hold(), view.received_us);
    } else {
        scratch.append(view.payload);
        output_.append(worker_.outputs, scratch, view.received_us);
    }
    publish_sent(message, facts,
                 scratch.size() + (message.payload_apart() ? view.payload.size() : 0),
                 head.topic_alias);
    worker_.mark_dirty(*this);
    return true;
}

// For plugins to see, or to be held until commit; without an alias, which would come out of order.
bool Connection::send_publish_apart(Outgoing& message, const DeliveryFacts& facts, bool held) {
    MessagePacket packet(*message.hold(), facts);
    const MessageView& view = message.view();
    if (version_ == mqtt::Version::v5 && view.expires_ms != 0 && view.expiry_announced) {
        packet.packet().properties.mark(mqtt::PropertyId::message_expiry_interval);
        packet.packet().properties.message_expiry_s =
            remaining_expiry_s(view.expires_ms, worker_.clock.wall_ms);
    }
    worker_.hooks.packet_encode(*client(), packet.box());
    std::string wire;
    mqtt::encode(packet.packet(), version_, wire);
    if (maximum_packet_size_ != 0 && wire.size() > maximum_packet_size_) return false;
    if (held)
        worker_.commits.hold(*this, wire, message.view().received_us);
    else
        append_output(wire, message.view().received_us, 1);
    publish_sent(message, facts, wire.size());
    worker_.hooks.packet_sent(*client(), packet.box(), wire);
    return true;
}

}  // namespace grapnel
