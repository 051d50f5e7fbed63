#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "store/kind.h"
#include "store/record.h"
#include "store/record_json.h"
#include "store/text_hash.h"

namespace grapnel::store {

// What keeps the records of two stores from becoming one. Each broker gives keys to messages and
// packet ids to exchanges by itself, so that the same one may stand for two. Retained messages can
// do without a key; where queues disagree, nothing may be written.
class Merge {
public:
    struct Conflict {
        std::uint64_t line;  // of the record that comes
        std::string why;
    };

    // First all that come.
    void add_coming(const RawRecord& record, std::uint64_t line);
    // Then all that are there, `body` and `outbound`.
    std::optional<Conflict> add_present(Kind kind, std::string_view key, std::string_view value);

    // Then: the value that a retained record must have instead; none: it may have its own.
    std::optional<std::string> renewed_coming(std::string_view value) const;
    std::optional<std::string> renewed_present(std::string_view value) const;

private:
    struct Queued {
        Digest message;
        std::uint64_t line;
    };
    struct Sent {
        std::string key;  // of the record
        std::uint64_t line;
    };

    std::unordered_map<std::uint64_t, Queued> coming_;
    std::unordered_set<std::uint64_t> retained_;         // keys of those that come
    std::unordered_map<std::uint64_t, Digest> present_;  // of these keys
    TextMap<Sent> coming_sent_;                          // by inbound_key()
};

}  // namespace grapnel::store
