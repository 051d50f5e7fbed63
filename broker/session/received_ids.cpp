#include "session/received_ids.h"

#include <algorithm>

#include "base/assert.h"

namespace grapnel {

namespace {

// Looks at every place, without a branch: some vector instructions.
template <size_t kPlaces>
bool holds(const std::array<uint16_t, kPlaces>& places, uint16_t packet_id) {
    uint16_t found = 0;
    for (const uint16_t each : places) found |= each == packet_id ? 0xffff : 0;
    return found != 0;
}

}  // namespace

void ReceivedIds::Ids::open(uint16_t packet_id) {
    if (!many && size == kFewMost) {
        many = std::make_unique<std::bitset<65536>>();
        for (const uint16_t each : few) many->set(each);
        few.fill(0);
    }
    if (many)
        many->set(packet_id);
    else
        few[size] = packet_id;
    ++size;
}

bool ReceivedIds::Ids::close(uint16_t packet_id) {
    if (many) {
        if (!many->test(packet_id)) return false;
        many->reset(packet_id);
        if (--size == 0) many.reset();
        return true;
    }
    const auto end = few.begin() + size;
    const auto place = std::find(few.begin(), end, packet_id);
    if (place == end) return false;
    std::copy(place + 1, end, place);
    few[--size] = 0;
    return true;
}

bool ReceivedIds::contains(uint16_t packet_id) const {
    if (size() == 0) return false;
    return ids_->many ? ids_->many->test(packet_id) : holds(ids_->few, packet_id);
}

bool ReceivedIds::insert(uint16_t packet_id) {
    GN_ASSERT(packet_id != 0);
    if (contains(packet_id)) return false;
    if (!ids_) ids_ = std::make_unique<Ids>();
    ids_->open(packet_id);
    return true;
}

bool ReceivedIds::release(uint16_t packet_id) {
    if (!ids_ || !ids_->close(packet_id)) return false;
    ids_->released[ids_->released_next] = packet_id;
    ids_->released_next = (ids_->released_next + 1) % kReleasedRemembered;
    return true;
}

bool ReceivedIds::was_released(uint16_t packet_id) const {
    return ids_ && holds(ids_->released, packet_id);
}

void ReceivedIds::begin(uint16_t packet_id) {
    if (!ids_) return;
    for (uint16_t& each : ids_->released) each = each == packet_id ? uint16_t{0} : each;
}

}  // namespace grapnel
