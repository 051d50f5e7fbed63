#pragma once

#include <cstdint>
#include <vector>

#include "session/delivery.h"

namespace grapnel {

// QoS 1 and 2 deliveries of one session that were sent and not yet fully acknowledged, in the order
// of sending, found by packet id (MQTT 5.0, 4.3, 4.4). The packet id is the entry's place plus one:
// allocation and look-up are an index, memory follows the most that ever was in flight at once.
// Home worker only.
class Inflight {
public:
    enum class State : uint8_t {
        free,
        publish,  // PUBLISH sent: PUBACK or PUBREC is due
        pubrel,   // PUBREL sent or owed: PUBCOMP is due
    };

    struct Entry {
        Delivery delivery;  // after PUBREC only group, order and qos still count
        int64_t sent_ms = 0;
        uint64_t key = 0;       // of the message, kept after its body is gone
        uint16_t previous = 0;  // packet ids, among the free ones while free; 0: none
        uint16_t next = 0;
        State state = State::free;
        bool counted = false;  // takes one of the connection's send quota
    };

    // The packet id of a new entry behind all others; 0 when all 65,535 are taken.
    uint16_t add(Delivery delivery, int64_t sent_ms);
    // Places a restored entry behind all others; false if the id is taken or 0.
    bool restore(uint16_t packet_id, Delivery delivery, State state, int64_t sent_ms, uint64_t key);

    // Makes the order of sending that of the deliveries' `order`, after restore() in another one.
    void sort();

    // Null when the id is free.
    Entry* find(uint16_t packet_id);
    // Requires: the id is in use. Frees it and returns what it held.
    Delivery remove(uint16_t packet_id);

    bool empty() const { return count_ == 0; }
    bool full() const { return count_ == kIdsMost; }
    size_t size() const { return count_; }

    // In the order of sending: for (id = first(); id != 0; id = next(id)).
    uint16_t first() const { return first_; }
    uint16_t last() const { return last_; }
    uint16_t next(uint16_t packet_id) const { return entries_[packet_id - 1u].next; }

private:
    static constexpr uint32_t kIdsMost = 65'535;  // 2.2.1: two bytes, and 0 is none

    void link(uint16_t packet_id);
    void free_place(uint16_t packet_id);
    // Takes the id out of the list of free ones.
    void take_free(uint16_t packet_id);

    std::vector<Entry> entries_;
    uint16_t first_ = 0;
    uint16_t last_ = 0;
    uint16_t free_first_ = 0;  // freed ids are used again in the order they became free
    uint16_t free_last_ = 0;
    uint32_t count_ = 0;
};

}  // namespace grapnel
