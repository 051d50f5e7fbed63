#include "message.h"

#include <cstring>

#include "packet.h"

namespace grapnel::load {

Message::Message(std::string_view topic, const Shape& shape) {
    bytes_.push_back(static_cast<char>(kPublish | shape.qos << 1 | (shape.retain ? 1 : 0)));
    put_variable(bytes_,
                 2 + topic.size() + (shape.qos != 0 ? 2 : 0) + (shape.v5 ? 1 : 0) + shape.payload);
    put_text(bytes_, topic);
    if (shape.qos != 0) {
        packet_id_at_ = bytes_.size();
        put_16(bytes_, 0);
    }
    if (shape.v5) put_variable(bytes_, 0);
    payload_at_ = bytes_.size();
    bytes_.append(shape.payload, '.');
}

void Message::append_to(std::string& output, uint16_t packet_id, const Stamp& stamp) const {
    const size_t begin = output.size();
    output.append(bytes_);
    char* const packet = output.data() + begin;
    if (packet_id_at_ != 0) {
        packet[packet_id_at_] = static_cast<char>(packet_id >> 8);
        packet[packet_id_at_ + 1] = static_cast<char>(packet_id & 0xff);
    }
    std::memcpy(packet + payload_at_, &stamp, sizeof stamp);
    if (bytes_.size() - payload_at_ > sizeof stamp)
        packet[bytes_.size() - 1] = static_cast<char>(stamp.sequence & 0xff);
}

bool read_stamp(std::string_view payload, size_t size, uint32_t run, Stamp& stamp) {
    if (payload.size() != size) return false;
    std::memcpy(&stamp, payload.data(), sizeof stamp);
    if (stamp.run != run) return false;
    return size == sizeof stamp || payload.back() == static_cast<char>(stamp.sequence & 0xff);
}

}  // namespace grapnel::load
