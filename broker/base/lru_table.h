#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

#include "base/assert.h"

namespace grapnel {

// A hash table of bounded size: when it is full, what was not touched for longest makes room. One
// thread.
template <class Key, class Value, class Hash>
class LruTable {
public:
    // Requires: most > 0.
    explicit LruTable(size_t most) : most_(most) { GN_ASSERT(most > 0); }

    // The value of the key, a new one where there is none. Valid until the next touch() or erase().
    Value& touch(const Key& key) {
        if (const auto found = places_.find(key); found != places_.end()) {
            entries_.splice(entries_.begin(), entries_, found->second);
            return found->second->second;
        }
        if (entries_.size() == most_) {
            places_.erase(entries_.back().first);
            entries_.pop_back();
        }
        entries_.emplace_front(key, Value{});
        places_.emplace(key, entries_.begin());
        return entries_.front().second;
    }

    // Null where there is none. Does not count as touched.
    Value* find(const Key& key) {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }

    void erase(const Key& key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return;
        entries_.erase(found->second);
        places_.erase(found);
    }

    // Calls fn(const Key&, const Value&) for each, what was touched last first.
    template <class Fn>
    void for_each(Fn fn) const {
        for (const auto& [key, value] : entries_) fn(key, value);
    }

    void clear() {
        places_.clear();
        entries_.clear();
    }

    size_t size() const { return entries_.size(); }

private:
    using Entries = std::list<std::pair<Key, Value>>;

    const size_t most_;
    Entries entries_;  // touched last first
    std::unordered_map<Key, typename Entries::iterator, Hash> places_;
};

}  // namespace grapnel
