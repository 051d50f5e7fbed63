#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace grapnel {

// Items by the time they expire, soonest on top. Each Item keeps its place in the member `uint32_t
// expiry_place`, so that one in the middle can be taken out; kNowhere: not in the heap. Borrows the
// items. No locking.
template <class Item>
class ExpiryHeap {
public:
    static constexpr uint32_t kNowhere = 0xffffffff;

    bool empty() const { return entries_.empty(); }
    size_t size() const { return entries_.size(); }
    int64_t soonest_ms() const { return entries_.front().expires_ms; }
    Item* soonest() const { return entries_.front().item; }

    // Requires: not in the heap.
    void add(Item* item, int64_t expires_ms) {
        entries_.push_back({expires_ms, item});
        rise(entries_.size() - 1, {expires_ms, item});
    }

    // Nothing happens if it is not in the heap.
    void remove(Item* item) {
        if (item->expiry_place == kNowhere) return;
        const size_t place = item->expiry_place;
        item->expiry_place = kNowhere;
        const Entry last = entries_.back();
        entries_.pop_back();
        if (last.item == item) return;
        if (place > 0 && entries_[parent(place)].expires_ms > last.expires_ms) {
            rise(place, last);
        } else {
            sink(place, last);
        }
    }

private:
    struct Entry {
        int64_t expires_ms;
        Item* item;
    };

    static size_t parent(size_t place) { return (place - 1) / 2; }

    void put(size_t place, const Entry& entry) {
        entries_[place] = entry;
        entry.item->expiry_place = static_cast<uint32_t>(place);
    }

    void rise(size_t place, Entry entry) {
        while (place > 0 && entries_[parent(place)].expires_ms > entry.expires_ms) {
            put(place, entries_[parent(place)]);
            place = parent(place);
        }
        put(place, entry);
    }

    void sink(size_t place, Entry entry) {
        for (;;) {
            size_t below = place * 2 + 1;
            if (below >= entries_.size()) break;
            if (below + 1 < entries_.size() &&
                entries_[below + 1].expires_ms < entries_[below].expires_ms)
                ++below;
            if (entries_[below].expires_ms >= entry.expires_ms) break;
            put(place, entries_[below]);
            place = below;
        }
        put(place, entry);
    }

    std::vector<Entry> entries_;
};

}  // namespace grapnel
