#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/backend.h"
#include "store/changes.h"
#include "store/known.h"
#include "store/text_hash.h"

namespace grapnel::store {

// Turns what the loops were told into puts and erases. Keeps count of messages: one that several
// receivers wait for is written once, apart from their entries, and erased with the last of them.
// An entry that comes and goes between two writes is not written. One thread.
class Applier {
public:
    explicit Applier(Known& known) : known_(known) {}

    struct Commit {
        std::span<const Changes> parts;
        bool aside = false;  // of no commit: comes between two, which remain neighbours
    };
    // Of commits that are written together, in the order of their numbers.
    void apply(std::span<const Commit> commits, Batch& batch);
    // Of one.
    void apply(std::span<const Changes> parts, Batch& batch) {
        const Commit commit{parts};
        apply(std::span(&commit, 1), batch);
    }

    // A message that only one receiver waits for lies in that one's entry up to this size: as it
    // is written again with every change of the entry. Larger ones are apart, so that a change need
    // not bring them along; a Restorer sees to those that come within an entry all the same.
    static constexpr std::size_t kWithinMost = 4096;

private:
    // A client's entry of an order: views into the changes.
    struct Entry {
        std::string_view client_id;
        std::uint64_t order;
        bool operator==(const Entry&) const = default;
    };
    struct EntryHash {
        std::size_t operator()(const Entry& entry) const {
            return seeded_hash(entry.client_id) ^ (entry.order * 0x9e3779b97f4a7c15);
        }
    };
    // Where among the changes an entry is over, and whether it began before that.
    struct End {
        std::size_t at = 0;
        bool unwritten = false;
    };

    // What was said of a topic: its order, and when the message expires; 0: never.
    struct Retained {
        std::uint64_t order = 0;
        std::int64_t expires_ms = 0;
    };

    void look_ahead(const Changes::Change& change);
    bool over_before_written(const Changes::Change& change);
    void change(const Changes::Change& change, Batch& batch);
    void deliver(const Changes::Change& change, Batch& batch);
    void settle(const Changes::Change& change, Batch& batch);
    void retain(const Changes::Change& change, Batch& batch);
    Retained lately(std::string_view topic) const;
    void end_client(std::string_view id, Batch& batch);
    void release(std::uint64_t message_key, Batch& batch);
    std::string_view outbound_key(std::string_view client_id, std::uint64_t order);

    Known& known_;
    // New entries of this write by message; entries that are over in it; what was said of a topic
    // in this commit and the one before, which a slower loop may still have been told of.
    std::unordered_map<std::uint64_t, std::uint32_t> fresh_;
    std::unordered_map<Entry, End, EntryHash> ends_;
    std::size_t at_ = 0;  // which of the changes this is
    TextMap<Retained> retained_;
    TextMap<Retained> retained_before_;
    std::string key_;
    std::string value_;
};

}  // namespace grapnel::store
