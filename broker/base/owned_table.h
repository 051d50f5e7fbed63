#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"

namespace grapnel {

// Objects by a key of bytes that each holds itself: KeyOf{}(const Item&) gives it and it never
// changes while the item is in here. Open addressing over pointers, at most three quarters full, so
// that an item costs 11 to 22 bytes here and an empty table 16. Owns the items. One thread.
template <class Item, class KeyOf>
class OwnedTable {
public:
    OwnedTable() = default;
    ~OwnedTable() { clear(); }
    OwnedTable(const OwnedTable&) = delete;
    OwnedTable& operator=(const OwnedTable&) = delete;

    // Null: there is none.
    Item* find(Bytes key) const { return find(key, BytesHash{}(key)); }
    // The same for a caller that knows the key's BytesHash.
    Item* find(Bytes key, size_t hash) const {
        if (capacity_ == 0) return nullptr;
        uint32_t place = static_cast<uint32_t>(hash) & (capacity_ - 1);
        for (; places_[place] != nullptr; place = after(place))
            if (KeyOf{}(*places_[place]) == key) return places_[place];
        return nullptr;
    }

    // Requires: no item of that key.
    void insert(std::unique_ptr<Item> item) {
        GN_ASSERT(find(KeyOf{}(*item)) == nullptr);
        if (size_t{count_ + 1} * 4 > size_t{capacity_} * 3) grow();
        put(item.release());
        ++count_;
    }

    // Requires: `item` is in here. Takes it out.
    std::unique_ptr<Item> remove(Item& item) {
        uint32_t hole = wanted(KeyOf{}(item));
        while (places_[hole] != &item) {
            GN_ASSERT(places_[hole] != nullptr);
            hole = after(hole);
        }
        places_[hole] = nullptr;
        --count_;
        close(hole);
        return std::unique_ptr<Item>(&item);
    }

    void clear() {
        for (uint32_t place = 0; place < capacity_; ++place) delete places_[place];
        places_.reset();
        capacity_ = count_ = 0;
    }

    size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }

    // Calls fn(Item&) for each, in no order; fn must not insert or remove.
    template <class Fn>
    void for_each(Fn fn) const {
        for (uint32_t place = 0; place < capacity_; ++place)
            if (places_[place] != nullptr) fn(*places_[place]);
    }

private:
    static constexpr uint32_t kCapacityFirst = 2;

    uint32_t wanted(Bytes key) const {
        return static_cast<uint32_t>(BytesHash{}(key)) & (capacity_ - 1);
    }
    uint32_t after(uint32_t place) const { return (place + 1) & (capacity_ - 1); }

    void put(Item* item) {
        uint32_t place = wanted(KeyOf{}(*item));
        while (places_[place] != nullptr) place = after(place);
        places_[place] = item;
    }

    void grow() {
        const uint32_t before = capacity_;
        capacity_ = before == 0 ? kCapacityFirst : before * 2;
        const auto old = std::exchange(places_, std::make_unique<Item*[]>(capacity_));
        for (uint32_t place = 0; place < before; ++place)
            if (old[place] != nullptr) put(old[place]);
    }

    // Moves later items of the run back over the hole, so that no search stops early.
    void close(uint32_t hole) {
        const uint32_t mask = capacity_ - 1;
        for (uint32_t place = after(hole); places_[place] != nullptr; place = after(place)) {
            const uint32_t from = wanted(KeyOf{}(*places_[place]));
            if (((place - from) & mask) < ((place - hole) & mask)) continue;
            places_[hole] = std::exchange(places_[place], nullptr);
            hole = place;
        }
    }

    std::unique_ptr<Item*[]> places_;
    uint32_t capacity_ = 0;  // a power of two, or 0
    uint32_t count_ = 0;
};

}  // namespace grapnel
