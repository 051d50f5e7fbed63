#include "topics/subscriber_set.h"

#include "base/assert.h"

namespace grapnel {

namespace {

constexpr uint32_t kCapacityMin = 4;

size_t home_of(SubscriberKey key, size_t capacity) { return hash_of(key) & (capacity - 1); }

}  // namespace

SubscriberSet::~SubscriberSet() {
    if (capacity_ != 0) delete[] many_;
}

Subscriber* SubscriberSet::place_of(SubscriberKey key) {
    if (capacity_ == 0) return one_.session == 0 || one_.key() == key ? &one_ : nullptr;
    size_t at = home_of(key, capacity_);
    while (many_[at].session != 0 && many_[at].key() != key) at = (at + 1) & (capacity_ - 1);
    return &many_[at];
}

SubscriberSet::Change SubscriberSet::add(const Subscriber& subscriber) {
    GN_ASSERT(subscriber.session != 0);
    Subscriber* place = place_of(subscriber.key());
    if (place != nullptr && place->session != 0) {
        if (*place == subscriber) return Change::none;
        *place = subscriber;
        return Change::replaced;
    }
    if (capacity_ == 0 ? count_ == 1 : (count_ + 1) * uint64_t{4} > capacity_ * uint64_t{3}) {
        resize(capacity_ == 0 ? kCapacityMin : capacity_ * 2);
        place = place_of(subscriber.key());
    }
    *place = subscriber;
    ++count_;
    return Change::added;
}

bool SubscriberSet::remove(SubscriberKey key) {
    Subscriber* place = place_of(key);
    if (place == nullptr || place->session == 0) return false;
    --count_;
    *place = Subscriber{};
    if (capacity_ == 0) return true;
    close_gap(static_cast<size_t>(place - many_));
    if (count_ <= 1) {
        resize(0);
    } else if (capacity_ > kCapacityMin && count_ < capacity_ / 4) {
        resize(capacity_ / 2);
    }
    return true;
}

// Moves entries back that were put behind the gap only because its place was taken.
void SubscriberSet::close_gap(size_t gap) {
    const size_t mask = capacity_ - 1;
    for (size_t at = (gap + 1) & mask; many_[at].session != 0; at = (at + 1) & mask) {
        const size_t home = home_of(many_[at].key(), capacity_);
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        many_[gap] = many_[at];
        many_[at] = Subscriber{};
        gap = at;
    }
}

// Requires: all entries fit. 0: in place.
void SubscriberSet::resize(uint32_t capacity) {
    GN_ASSERT(capacity == 0 ? count_ <= 1 : count_ < capacity);
    const Subscriber single = capacity_ == 0 ? one_ : Subscriber{};
    Subscriber* const old_many = capacity_ == 0 ? nullptr : many_;
    const Subscriber* const old = capacity_ == 0 ? &single : old_many;
    const size_t old_places = places_count();
    capacity_ = capacity;
    if (capacity == 0) {
        one_ = Subscriber{};
    } else {
        many_ = new Subscriber[capacity];
    }
    for (size_t at = 0; at < old_places; ++at)
        if (old[at].session != 0) *place_of(old[at].key()) = old[at];
    delete[] old_many;
}

}  // namespace grapnel
