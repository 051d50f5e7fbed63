#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "store/text_hash.h"

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

    bool has_client(std::string_view id) const { return clients_.contains(id); }
    void add_client(std::string_view id) {
        if (!has_client(id)) clients_.emplace(id);
    }
    void remove_client(std::string_view id) {
        const auto found = clients_.find(id);
        if (found != clients_.end()) clients_.erase(found);
    }

private:
    // Whole ids: the end of a client of which nothing is known is not written.
    TextSet clients_;
};

}  // namespace grapnel::store
