#pragma once

#include <array>
#include <cstdint>
#include <grapnel/plugin.hpp>
#include <memory>
#include <string>
#include <vector>

#include "store/applier.h"
#include "store/backend.h"
#include "store/changes.h"
#include "store/given_keys.h"
#include "store/known.h"

namespace grapnel::store {

// Makes the records of another store this one's, as they are restored: so that both hold the same
// from then on, and the other may go. What else this store holds is erased at the end, when all is
// restored: a start that fails takes nothing from it. Main thread, before the committer serves.
class Mirror {
public:
    Mirror(Backend& backend, Known& known);

    // As on_restored gives it. A fault is kept: nothing more is written after it.
    void take(const gn_restored& restored);
    // Changes of this store's own records, which come before those that are taken from now on.
    void write_own(Changes changes);
    // Everything is restored: writes what is left, and erases the rest of the kinds that the other
    // store has. The first fault, if there was one.
    Fault finish();

private:
    void make_void(const gn_restored& begin);
    void erase_rest(Kind kind);
    void take_client(const gn_stored_client& client);
    void take_subscription(const gn_stored_subscription& subscription);
    void take_message(const gn_stored_message& message);
    void write();

    Backend& backend_;
    Known& known_;
    Applier applier_;
    std::unique_ptr<Batch> batch_;
    std::vector<Changes> changes_;  // one
    std::string value_;
    GivenKeys given_;
    std::array<bool, kKinds> void_{};
    Fault fault_;
    bool used_ = false;
};

}  // namespace grapnel::store
