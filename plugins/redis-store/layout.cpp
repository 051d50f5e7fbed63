#include "layout.h"

#include "store/key.h"

namespace grapnel::redis {

std::string Layout::hash_of(Kind kind, std::string_view client_id) const {
    const std::string_view name = store::name_of(kind);
    std::string hash;
    hash.reserve(prefix_.size() + name.size() + 1 + client_id.size());
    hash.append(prefix_).append(name).append(":").append(client_id);
    return hash;
}

Place Layout::place_of(Kind kind, std::string_view key) const {
    std::string_view client_id;
    std::string_view rest;
    if (!store::is_owned(kind) || !store::split_owned(key, client_id, rest))
        return {hash_of(kind), key};
    return {hash_of(kind, client_id), rest};
}

}  // namespace grapnel::redis
