#include "session/inflight.h"

#include <algorithm>

#include "base/assert.h"

namespace grapnel {

void Inflight::link(uint16_t packet_id) {
    Entry& entry = entries_[packet_id - 1u];
    entry.previous = last_;
    entry.next = 0;
    if (last_ != 0)
        entries_[last_ - 1u].next = packet_id;
    else
        first_ = packet_id;
    last_ = packet_id;
    ++count_;
}

void Inflight::free_place(uint16_t packet_id) {
    Entry& entry = entries_[packet_id - 1u];
    entry.state = State::free;
    entry.previous = free_last_;
    entry.next = 0;
    if (free_last_ != 0)
        entries_[free_last_ - 1u].next = packet_id;
    else
        free_first_ = packet_id;
    free_last_ = packet_id;
}

void Inflight::take_free(uint16_t packet_id) {
    const Entry& entry = entries_[packet_id - 1u];
    if (entry.previous != 0)
        entries_[entry.previous - 1u].next = entry.next;
    else
        free_first_ = entry.next;
    if (entry.next != 0)
        entries_[entry.next - 1u].previous = entry.previous;
    else
        free_last_ = entry.previous;
}

uint16_t Inflight::add(Delivery delivery, int64_t sent_ms) {
    if (free_first_ == 0) {
        if (entries_.size() == kIdsMost) return 0;
        entries_.emplace_back();
        free_place(static_cast<uint16_t>(entries_.size()));
    }
    const uint16_t packet_id = free_first_;
    take_free(packet_id);
    Entry& entry = entries_[packet_id - 1u];
    GN_ASSERT(entry.state == State::free);
    entry.key = delivery.message->key();
    entry.delivery = std::move(delivery);
    entry.sent_ms = sent_ms;
    entry.state = State::publish;
    entry.counted = false;
    link(packet_id);
    return packet_id;
}

bool Inflight::restore(uint16_t packet_id, Delivery delivery, State state, int64_t sent_ms,
                       uint64_t key) {
    if (packet_id == 0 || find(packet_id) != nullptr) return false;
    while (entries_.size() < packet_id) {
        entries_.emplace_back();
        free_place(static_cast<uint16_t>(entries_.size()));
    }
    take_free(packet_id);
    Entry& entry = entries_[packet_id - 1u];
    entry.delivery = std::move(delivery);
    entry.state = state;
    entry.sent_ms = sent_ms;
    entry.key = key;
    entry.counted = false;
    link(packet_id);
    return true;
}

void Inflight::sort() {
    std::vector<uint16_t> ids;
    ids.reserve(count_);
    for (uint16_t id = first_; id != 0; id = next(id)) ids.push_back(id);
    std::ranges::stable_sort(ids, {},
                             [this](uint16_t id) { return entries_[id - 1u].delivery.order; });
    first_ = last_ = 0;
    count_ = 0;
    for (const uint16_t id : ids) link(id);
}

Inflight::Entry* Inflight::find(uint16_t packet_id) {
    if (packet_id == 0 || packet_id > entries_.size()) return nullptr;
    Entry& entry = entries_[packet_id - 1u];
    return entry.state == State::free ? nullptr : &entry;
}

Delivery Inflight::remove(uint16_t packet_id) {
    Entry* entry = find(packet_id);
    GN_ASSERT(entry != nullptr);
    if (entry->previous != 0)
        entries_[entry->previous - 1u].next = entry->next;
    else
        first_ = entry->next;
    if (entry->next != 0)
        entries_[entry->next - 1u].previous = entry->previous;
    else
        last_ = entry->previous;
    --count_;
    Delivery delivery = std::move(entry->delivery);
    entry->delivery = Delivery{};
    free_place(packet_id);
    return delivery;
}

}  // namespace grapnel
