#include "topics/route_cache.h"

namespace grapnel {

namespace {

size_t cost_of(Bytes topic, const Route& route) {
    return topic.size() + (route.empty() ? 0 : route.footprint());
}

}  // namespace

RouteCache::RouteCache(const Index& index, size_t entries_max)
    : index_(index), entries_max_(entries_max) {}

const RouteCache::Entry& RouteCache::lookup(Bytes topic) {
    const auto found = entries_.find(topic);
    if (found == entries_.end()) return remember(topic);
    Entry& entry = found->second;
    if (entry.generation == index_.generation()) return entry;
    uint64_t now = 0;
    if (!index_.touched(topic, entry.generation, now)) {
        entry.generation = now;
        return entry;
    }
    bytes_ -= cost_of(topic, *entry.route);
    entries_.erase(found);
    return remember(topic);
}

// Requires: the topic is not in the cache.
const RouteCache::Entry& RouteCache::remember(Bytes topic) {
    if (entries_.size() >= entries_max_ || bytes_ >= entries_max_ * kEntryBytesMean) {
        entries_.clear();
        bytes_ = 0;
    }
    Entry& entry = entries_.emplace(topic, Entry{}).first->second;
    entry.route = index_.match(topic, entry.generation);
    bytes_ += cost_of(topic, *entry.route);
    return entry;
}

const Route& RouteCache::find(Bytes topic) { return *lookup(topic).route; }

Ref<const Route> RouteCache::share(Bytes topic) { return lookup(topic).route; }

}  // namespace grapnel
