#include "session/registry.h"

#include "base/assert.h"

namespace grapnel {

Registry::~Registry() {
    for (Session* session : table_) delete session;
}

Session* Registry::find(Bytes client_id) const {
    if (table_.empty()) return nullptr;
    const size_t mask = table_.size() - 1;
    for (size_t place = place_of(client_id); table_[place] != nullptr; place = (place + 1) & mask)
        if (table_[place]->info.id.bytes() == client_id) return table_[place];
    return nullptr;
}

void Registry::grow() {
    std::vector<Session*> old(table_.empty() ? 64 : table_.size() * 2);
    old.swap(table_);
    const size_t mask = table_.size() - 1;
    for (Session* session : old) {
        if (session == nullptr) continue;
        size_t place = place_of(session->info.id.bytes());
        while (table_[place] != nullptr) place = (place + 1) & mask;
        table_[place] = session;
    }
}

void Registry::insert(std::unique_ptr<Session> session) {
    GN_ASSERT(find(session->info.id.bytes()) == nullptr);
    if ((count_ + 1) * 2 > table_.size()) grow();
    const size_t mask = table_.size() - 1;
    size_t place = place_of(session->info.id.bytes());
    while (table_[place] != nullptr) place = (place + 1) & mask;
    table_[place] = session.release();
    ++count_;
}

std::unique_ptr<Session> Registry::remove(Session& session) {
    const size_t mask = table_.size() - 1;
    size_t hole = place_of(session.info.id.bytes());
    while (table_[hole] != &session) {
        GN_ASSERT(table_[hole] != nullptr);
        hole = (hole + 1) & mask;
    }
    table_[hole] = nullptr;
    --count_;
    // Moves later entries of the run back over the hole, so that no search stops early.
    for (size_t place = (hole + 1) & mask; table_[place] != nullptr; place = (place + 1) & mask) {
        const size_t wanted = place_of(table_[place]->info.id.bytes());
        if (((place - wanted) & mask) < ((place - hole) & mask)) continue;
        table_[hole] = table_[place];
        table_[place] = nullptr;
        hole = place;
    }
    return std::unique_ptr<Session>(&session);
}

}  // namespace grapnel
