#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace grapnel::store {

// What is remembered of the records, so that none must be read to write another. Filled when they
// are restored, then kept by the Applier. One thread at a time.
class Known {
public:
    struct Message {
        std::uint32_t entries = 0;  // outbound records that need it
        bool apart = false;         // it has a body record; else each of them holds it
    };

    std::unordered_map<std::uint64_t, Message> messages;  // by message key

    // Clients by a hash of their id: two that share one cost a needless erase.
    bool has_client(std::string_view id) const { return clients_.contains(hash(id)); }
    void add_client(std::string_view id) { clients_.insert(hash(id)); }
    void remove_client(std::string_view id) { clients_.erase(hash(id)); }

private:
    static std::size_t hash(std::string_view id) { return std::hash<std::string_view>{}(id); }

    std::unordered_set<std::size_t> clients_;
};

}  // namespace grapnel::store
