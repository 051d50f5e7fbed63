#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "store/kind.h"

namespace grapnel::store {

// What one commit writes, all or nothing. Filled in order; a later change of a key wins.
class Batch {
public:
    virtual ~Batch() = default;
    virtual void put(Kind kind, std::string_view key, std::string_view value) = 0;
    virtual void erase(Kind kind, std::string_view key) = 0;
    // Everything of an owned kind that belongs to this client, also what this batch put before.
    virtual void erase_owned(Kind kind, std::string_view client_id) = 0;
};

}  // namespace grapnel::store
