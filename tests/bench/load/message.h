#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::load {

// What every payload begins with.
struct Stamp {
    uint64_t sequence = 0;  // 0, 1, 2 … of its publisher
    uint64_t time_ns = 0;   // monotonic
    uint32_t publisher = 0;
    uint32_t run = 0;
};
static_assert(sizeof(Stamp) == 24, "a stamp has no gaps");

// A PUBLISH packet as it is sent again and again: only packet id and payload change.
class Message {
public:
    struct Shape {
        size_t payload = sizeof(Stamp);  // bytes, not fewer than that
        uint8_t qos = 0;
        bool retain = false;
        bool v5 = false;
    };

    Message(std::string_view topic, const Shape& shape);

    // Appends the packet. The packet id is left out with QoS 0.
    void append_to(std::string& output, uint16_t packet_id, const Stamp& stamp) const;

private:
    std::string bytes_;
    size_t packet_id_at_ = 0;  // 0: it has none
    size_t payload_at_ = 0;
};

// Takes the stamp of a payload; false if this run sent no such payload of this size. The last byte
// of a payload repeats the sequence's lowest, so that what was cut or shifted does not pass.
bool read_stamp(std::string_view payload, size_t size, uint32_t run, Stamp& stamp);

}  // namespace grapnel::load
