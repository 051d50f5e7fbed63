#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/ref.h"
#include "topics/subscription.h"

namespace grapnel {

// Whether a session has a connection now: written by its home worker, read by any worker that
// chooses a group member.
class Presence {
public:
    void set_online(bool online) { online_.store(online, std::memory_order_release); }
    bool online() const { return online_.load(std::memory_order_acquire); }
    void add_reference() const { references_.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() const {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

private:
    std::atomic<bool> online_{false};
    mutable std::atomic<uint32_t> references_{1};
};

struct SharedMember {
    SubscriberKey subscriber;
    SubscriptionOptions options;
    std::string client_id;
    Ref<Presence> presence;
};

// The members of one `$share/name/filter` and whose turn it is (MQTT 5.0, 4.8.2). Any thread.
// Joining, leaving and, when the next one is online, picking cost the same however many members
// there are.
class SharedGroup {
public:
    explicit SharedGroup(std::string text) : text_(std::move(text)) {}
    SharedGroup(const SharedGroup&) = delete;
    SharedGroup& operator=(const SharedGroup&) = delete;

    Bytes text() const { return text_; }  // whole filter, $share/ included

    // Adds or replaces the member; true if it was new.
    bool join(SharedMember member);
    // True if it was a member.
    bool leave(SubscriberKey subscriber);
    bool empty() const;
    size_t size() const;

    using Members = std::vector<SharedMember>;
    // Snapshot, immutable, in the order of joining. Costs a copy after a change.
    std::shared_ptr<const Members> members() const;

    // The next member in turn that is online, else the next one at all; false when there is none or
    // only `except`. Who joins comes last in the round, who leaves costs nobody a turn.
    bool pick(SharedMember& out, SubscriberKey except = {});

    void add_reference() const { references_.fetch_add(1, std::memory_order_relaxed); }
    void drop_reference() const {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

private:
    struct KeyHash {
        size_t operator()(SubscriberKey key) const { return hash_of(key); }
    };
    using Ring = std::list<SharedMember>;

    const std::string text_;
    mutable std::mutex mutex_;  // guards all below but the count
    Ring ring_;                 // in the order of joining
    std::unordered_map<SubscriberKey, Ring::iterator, KeyHash> places_;
    Ring::iterator turn_ = ring_.end();                // whose turn is next; end: the first one's
    mutable std::shared_ptr<const Members> snapshot_;  // null: made anew when asked for
    mutable std::atomic<uint32_t> references_{1};
};

}  // namespace grapnel
