#include "topics/route_cache.h"

namespace grapnel {

namespace {

size_t cost_of(Bytes topic, const Route& route) {
    return topic.size() + (route.empty() ? 0 : route.footprint());
}

}  // namespace

RouteCache::RouteCache(const Index& index, size_t entries_max)
    : index_(index), entries_max_(entries_max) {}

const RouteCache::Entry& RouteCache::lookup(Bytes topic, size_t hash) {
    Entry* const found = entries_.find(topic, hash);
    if (found == nullptr) return remember(topic);
    if (found->generation == index_.generation()) return *found;
    uint64_t now = 0;
    if (!index_.touched(topic, found->generation, now)) {
        found->generation = now;
        return *found;
    }
    bytes_ -= cost_of(topic, *found->route);
    entries_.remove(*found);
    return remember(topic);
}

// Requires: the topic is not in the cache.
const RouteCache::Entry& RouteCache::remember(Bytes topic) {
    if (entries_.size() >= entries_max_ || bytes_ >= entries_max_ * kEntryBytesMean) {
        entries_.clear();
        bytes_ = 0;
    }
    auto owned = std::make_unique<Entry>();
    Entry& entry = *owned;
    entry.topic = topic;
    entry.route = index_.match(topic, entry.generation);
    bytes_ += cost_of(topic, *entry.route);
    entries_.insert(std::move(owned));
    return entry;
}

const Route& RouteCache::find(Bytes topic) { return *lookup(topic, BytesHash{}(topic)).route; }

Ref<const Route> RouteCache::share(Bytes topic, size_t hash) { return lookup(topic, hash).route; }

}  // namespace grapnel
