#include <utility>

#include "mqtt/decode.h"
#include "server/connection.h"
#include "server/outgoing.h"
#include "server/packet_text.h"
#include "server/worker.h"

namespace grapnel {

namespace {

// The packet in words; one that breaks the format is told as the reason for which it does.
std::string text_of(const mqtt::Frame& frame, mqtt::Version version) {
    mqtt::Packet packet;
    const mqtt::Reason reason = mqtt::decode(frame, version, packet);
    if (reason == mqtt::Reason::success) return packet_text(packet);
    return "refused: " + std::string(mqtt::reason_text(reason));
}

}  // namespace

void Connection::trace(bool received, mqtt::PacketType type, size_t size, Bytes text) {
    const ClientInfo* const who = client();
    if (who == nullptr) return;
    traced_ = worker_.traces.tell(who->id.bytes(),
                                  {worker_.clock.wall_ms, received, packet_name(type), size, text});
}

void Connection::trace_received(const mqtt::Frame& frame) {
    trace(true, frame.type, frame.size, text_of(frame, version_));
}

// Nothing says yet who the client is but the packet itself.
void Connection::trace_connect(const mqtt::Frame& frame) {
    mqtt::Connect packet;
    if (mqtt::decode_connect(frame, packet) != mqtt::Reason::success) return;
    traced_ =
        worker_.traces.has(packet.client_id) &&
        worker_.traces.tell(packet.client_id, {worker_.clock.wall_ms, true, packet_name(frame.type),
                                               frame.size, packet_text(packet)});
}

void Connection::trace_sent(Bytes wire) {
    mqtt::Frame frame;
    mqtt::Reason error{};
    if (mqtt::next_frame(wire, 0, frame, error) == mqtt::FrameState::complete)
        trace(false, frame.type, frame.size, text_of(frame, version_));
}

void Connection::trace_sent(Outgoing& message, const DeliveryFacts& facts, size_t size,
                            uint16_t topic_alias) {
    MessagePacket packet(*message.hold(), facts);
    if (version_ != mqtt::Version::v5) packet.packet().properties.present = 0;
    if (topic_alias != 0) {
        packet.packet().properties.mark(mqtt::PropertyId::topic_alias);
        packet.packet().properties.topic_alias = topic_alias;
    }
    trace(false, mqtt::PacketType::publish, size, packet_text(packet.packet()));
}

}  // namespace grapnel
