#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/owned_table.h"
#include "topics/index.h"

namespace grapnel {

// One worker's memory of topic → route, so that a repeated topic costs one hash lookup and no lock.
// One thread.
class RouteCache {
public:
    // `index` outlives the cache; at most `entries_max` topics are remembered, of kEntryBytesMean
    // in the mean (then the cache starts anew).
    RouteCache(const Index& index, size_t entries_max);

    // The receivers of `topic`, as of now. The reference is valid until the next call.
    const Route& find(Bytes topic);
    // The same as a shared reference, for handing to other workers.
    Ref<const Route> share(Bytes topic) { return share(topic, BytesHash{}(topic)); }
    // For a caller that knows the topic's BytesHash.
    Ref<const Route> share(Bytes topic, size_t hash);

    // Topic and route together. Long topics and routes with many targets fill the cache sooner.
    static constexpr size_t kEntryBytesMean = 1024;

private:
    struct Entry {
        std::string topic;
        Ref<const Route> route;
        uint64_t generation = 0;
    };
    struct TopicOf {
        Bytes operator()(const Entry& entry) const { return entry.topic; }
    };
    const Entry& lookup(Bytes topic, size_t hash);
    const Entry& remember(Bytes topic);

    const Index& index_;
    const size_t entries_max_;
    size_t bytes_ = 0;  // of all entries
    OwnedTable<Entry, TopicOf> entries_;
};

}  // namespace grapnel
