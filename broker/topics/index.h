#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/ref.h"
#include "base/shared_mutex.h"
#include "topics/filter.h"
#include "topics/route.h"
#include "topics/subscription.h"
#include "topics/table_scan.h"

namespace grapnel {

// Which sessions want which topics, for the whole process. Written under a lock by SUBSCRIBE and
// UNSUBSCRIBE, read under a shared lock when a worker's RouteCache misses. Filters without
// wildcards cost one hash lookup; the others live in a trie that is walked iteratively. Invariant:
// generation() grows with every change, after the change is visible.
class Index {
public:
    explicit Index(uint16_t workers);
    ~Index();
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    // Adds or replaces; true if the subscriber had no subscription with this filter text. Requires:
    // not shared, the session is not 0, its worker is one of ours.
    bool subscribe(const Filter& filter, SubscriberKey subscriber,
                   const SubscriptionOptions& options);
    // The same for a shared filter. Routes found before stay valid if the group was there: they
    // hold the group.
    bool subscribe_shared(const Filter& filter, SharedMember member);
    // True if there was one. Shared or not by the filter.
    bool unsubscribe(const Filter& filter, SubscriberKey subscriber);

    // All receivers of a valid topic name, and the generation that the answer belongs to.
    Ref<const Route> match(Bytes topic, uint64_t& generation) const;

    // The group of a shared filter's whole text, or null.
    Ref<SharedGroup> group(Bytes text) const;

    uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

    // Was any filter that changed in (since, now] one that matches `topic`? True also when that is
    // no longer known. Lets a cache keep its entry through changes that do not concern it. `now` is
    // set to the generation answered for.
    bool touched(Bytes topic, uint64_t since, uint64_t& now) const;

    // Calls fn(filter's whole text, name of the group or empty, number of subscribers) for the next
    // `count` filters or so of a walk over all, which holds the lock for that time only: fn is
    // short and asks nothing of the index. What stays as it is from the first slice to the last
    // comes once at least, unless the walk was disturbed.
    using Seen = std::function<void(Bytes text, Bytes group, size_t subscribers)>;
    void scan(IndexScan& at, size_t count, const Seen& fn) const;

    // Subscriptions held, shared ones included.
    size_t size() const;

private:
    struct Tables;
    bool leave_group(const Filter& filter, SubscriberKey subscriber);
    void changed(const Filter& filter);

    mutable SharedMutex mutex_;
    std::unique_ptr<Tables> tables_;       // guarded by mutex_
    std::atomic<uint64_t> generation_{1};  // written under mutex_
    const uint16_t workers_;
    const Ref<const Route> nobody_;  // the answer for all topics without receivers
};

}  // namespace grapnel
