#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "session/session.h"

namespace grapnel {

// Client id → session of one worker: open addressing over pointers, so that a session costs 16
// bytes here. Owns the sessions. Home worker only.
class Registry {
public:
    Registry() = default;
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    Session* find(Bytes client_id) const;
    // Requires: no session of that id.
    void insert(std::unique_ptr<Session> session);
    // Requires: `session` is in here. Takes it out.
    std::unique_ptr<Session> remove(Session& session);

    size_t size() const { return count_; }

    // Calls fn(Session&) for each; fn must not insert or remove.
    template <class Fn>
    void for_each(Fn fn) {
        for (Session* session : table_)
            if (session != nullptr) fn(*session);
    }

private:
    size_t place_of(Bytes client_id) const { return BytesHash{}(client_id) & (table_.size() - 1); }
    void grow();

    std::vector<Session*> table_;  // a power of two, at most half full
    size_t count_ = 0;
};

}  // namespace grapnel
