#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "store/kind.h"

namespace grapnel::redis {

using store::Kind;

// Where a record lies: a field of a hash.
struct Place {
    std::string hash;
    std::string_view field;  // borrows from the record's key
};

// The names of all keys in Redis. A kind is a hash, PREFIX + its name, whose fields are the keys of
// records; of an owned kind each client has a hash, PREFIX + name + ":" + client id, whose fields
// are the rest of the keys.
class Layout {
public:
    explicit Layout(std::string prefix) : prefix_(std::move(prefix)) {}

    Place place_of(Kind kind, std::string_view key) const;
    // The hash of a kind that is not owned.
    std::string hash_of(Kind kind) const { return prefix_ + std::string(store::name_of(kind)); }
    // The hash of what belongs to this client.
    std::string hash_of(Kind kind, std::string_view client_id) const;
    // Holds the number of the schema.
    std::string schema() const { return prefix_ + "schema"; }
    // Holds who wrote last, and how often: run_id.h.
    std::string run() const { return prefix_ + "run"; }

private:
    std::string prefix_;
};

}  // namespace grapnel::redis
