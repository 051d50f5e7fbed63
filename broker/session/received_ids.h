#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace grapnel {

// The QoS 2 packet ids that a client has open, from its PUBLISH to its PUBREL, and the last of
// those that it released (MQTT 5.0, 4.3.3). Every operation takes bounded time. A session without
// QoS 2 pays for a pointer, one with it for one allocation; the 65th id that is open at once costs
// a second one, which is given back when none is open. Home worker only.
class ReceivedIds {
public:
    static constexpr size_t kReleasedRemembered = 32;

    size_t size() const { return ids_ ? ids_->size : 0; }
    bool contains(uint16_t packet_id) const;
    // Opens the id; false if it was open.
    bool insert(uint16_t packet_id);
    // Frees the id and remembers that; false if it was not open.
    bool release(uint16_t packet_id);
    // The id was released lately and not begun again: its PUBREL came a second time.
    bool was_released(uint16_t packet_id) const;
    // An exchange begins with the id: a PUBREL before its PUBREC will repeat none.
    void begin(uint16_t packet_id);

private:
    static constexpr size_t kFewMost = 64;

    // Packet ids are never 0, which stands for an unused place.
    struct Ids {
        uint32_t size = 0;
        uint32_t released_next = 0;                            // the place of the oldest
        std::array<uint16_t, kReleasedRemembered> released{};  // a ring
        std::array<uint16_t, kFewMost> few{};                  // by age; all unused with `many`
        std::unique_ptr<std::bitset<65536>> many;

        void open(uint16_t packet_id);
        bool close(uint16_t packet_id);
    };

    std::unique_ptr<Ids> ids_;
};

}  // namespace grapnel
