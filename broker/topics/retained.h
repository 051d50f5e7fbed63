#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ref.h"
#include "base/shared_mutex.h"
#include "topics/message.h"
#include "topics/retained_lookup.h"

namespace grapnel {

// The last retained message of each topic, for the whole process (MQTT 5.0, 3.3.1.3). Any thread;
// one lock.
class Retained {
public:
    Retained();
    ~Retained();
    Retained(const Retained&) = delete;
    Retained& operator=(const Retained&) = delete;

    enum class Change : uint8_t { none, stored, replaced, removed, refused };

    // Stores the message under its topic, or removes the topic's when the payload is empty.
    // Refused: a new topic beyond `entries_max` (0 = no limit). `order` grows with every change.
    Change set(const Ref<Message>& message, size_t entries_max, uint64_t* order = nullptr);
    // The same for a value of the broker itself ($SYS): never refused, and not counted.
    void set_own(const Ref<Message>& message);
    // Removes `message` if it still is the one of its topic; true if so.
    bool remove(const Message& message);
    // Is this still the retained message of its topic?
    bool current(const Message& message) const;
    // The message of one topic, or null.
    Ref<Message> find(Bytes topic) const;
    // The order of the last change.
    uint64_t changes() const;
    // All that `filter` (unshared part, valid) matches and that have not expired, oldest first by
    // key; topics that begin with $ only for filters that do not begin with a wildcard.
    std::vector<Ref<Message>> match(Bytes filter, int64_t wall_ms) const;
    // The same of the next slice of a lookup, which looks at `places_most` places or a few more and
    // holds the lock for that time only. Adds how many it looked at to `looked_at`.
    std::vector<Ref<Message>> match(RetainedLookup& lookup, int64_t wall_ms, size_t places_most,
                                    size_t& looked_at) const;
    // Removes what has expired and returns it. Costs only what expires.
    std::vector<Ref<Message>> expire(int64_t wall_ms);

    // How many there are; the broker's own are not counted.
    size_t size() const;

private:
    friend class RetainedLookup;
    struct Tables;

    // A lookup that was as far as this node has gone on, or ended.
    void let_go(const void* place) const;

    mutable SharedMutex mutex_;
    std::unique_ptr<Tables> tables_;
};

}  // namespace grapnel
