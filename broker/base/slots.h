#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace grapnel {

// A value that names an object and goes stale with it: 32 bits of place, 32 of generation.
// 0 never names anything.
using Handle = uint64_t;

// Objects named by generation-checked handles. One thread. T is default constructible and cheap to
// move; a freed place keeps a default T.
template <class T>
class Slots {
public:
    // Stores `value` and returns the handle that finds it until erase().
    Handle insert(T value) {
        uint32_t index;
        if (free_.empty()) {
            index = static_cast<uint32_t>(entries_.size());
            entries_.push_back({});
        } else {
            index = free_.back();
            free_.pop_back();
        }
        Entry& entry = entries_[index];
        GN_ASSERT(!entry.used);
        entry.used = true;
        entry.value = std::move(value);
        ++count_;
        return handle_of(index);
    }

    // The object, or null when the handle is stale or never was one.
    T* find(Handle handle) {
        const uint64_t index = (handle & 0xffffffffu) - 1;
        if (index >= entries_.size()) return nullptr;
        Entry& entry = entries_[index];
        if (!entry.used || entry.generation != handle >> 32) return nullptr;
        return &entry.value;
    }

    // Forgets the object; every copy of the handle is stale from here on. Stale: nothing happens.
    void erase(Handle handle) {
        T* value = find(handle);
        if (value == nullptr) return;
        const auto index = static_cast<uint32_t>((handle & 0xffffffffu) - 1);
        *value = T{};
        entries_[index].used = false;
        ++entries_[index].generation;
        free_.push_back(index);
        --count_;
    }

    size_t size() const { return count_; }

    // Calls fn(handle, object&) for each; fn must not insert.
    template <class Fn>
    void for_each(Fn fn) {
        for (uint32_t index = 0; index < entries_.size(); ++index)
            if (entries_[index].used) fn(handle_of(index), entries_[index].value);
    }

    // The same for those in `count` places from `first` on. The next place; 0: there are no more.
    // An object keeps its place.
    template <class Fn>
    size_t scan(size_t first, size_t count, Fn fn) {
        const size_t end = first + count < entries_.size() ? first + count : entries_.size();
        for (size_t index = first; index < end; ++index)
            if (entries_[index].used)
                fn(handle_of(static_cast<uint32_t>(index)), entries_[index].value);
        return end < entries_.size() ? end : 0;
    }

private:
    struct Entry {
        T value{};
        uint32_t generation = 1;
        bool used = false;
    };

    Handle handle_of(uint32_t index) const {
        return (static_cast<uint64_t>(entries_[index].generation) << 32) | (index + 1u);
    }

    std::vector<Entry> entries_;
    std::vector<uint32_t> free_;
    size_t count_ = 0;
};

}  // namespace grapnel
