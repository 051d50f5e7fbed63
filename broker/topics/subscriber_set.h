#pragma once

#include <cstddef>
#include <cstdint>

#include "topics/subscription.h"

namespace grapnel {

// One subscription as the index keeps it: only what choosing receivers needs.
struct Subscriber {
    Handle session = 0;  // 0: an unused place
    uint32_t identifier = 0;
    uint16_t worker = 0;
    uint8_t qos = 0;
    bool no_local : 1 = false;
    bool retain_as_published : 1 = false;

    SubscriberKey key() const { return {session, worker}; }
    bool operator==(const Subscriber&) const = default;
};
static_assert(sizeof(Subscriber) == 16, "a million of them shall fit in 16 MB");

// The subscribers of one filter: a single one in place, more in a hash table of their own, so that
// adding and removing cost the same for two as for a million. Not copied: owns memory. No locking.
class SubscriberSet {
public:
    enum class Change : uint8_t { none, added, replaced };

    SubscriberSet() {}
    ~SubscriberSet();
    SubscriberSet(const SubscriberSet&) = delete;
    SubscriberSet& operator=(const SubscriberSet&) = delete;

    // One entry per key: replaces that of the same key. Requires: session is not 0.
    Change add(const Subscriber& subscriber);
    // True if there was one.
    bool remove(SubscriberKey key);

    bool empty() const { return count_ == 0; }
    size_t size() const { return count_; }

    // Calls fn(const Subscriber&) for each, in no order.
    template <class Fn>
    void for_each(Fn fn) const {
        const Subscriber* places = begin();
        for (size_t at = 0; at < places_count(); ++at)
            if (places[at].session != 0) fn(places[at]);
    }

private:
    const Subscriber* begin() const { return capacity_ == 0 ? &one_ : many_; }
    Subscriber* begin() { return capacity_ == 0 ? &one_ : many_; }
    size_t places_count() const { return capacity_ == 0 ? 1 : capacity_; }
    // Where the key is, or where it would be put.
    Subscriber* place_of(SubscriberKey key);
    void close_gap(size_t gap);
    void resize(uint32_t capacity);

    union {
        Subscriber one_{};
        Subscriber* many_;
    };
    uint32_t count_ = 0;
    uint32_t capacity_ = 0;  // 0: in place; else a power of two, a quarter of it free
};

}  // namespace grapnel
