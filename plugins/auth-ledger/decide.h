#pragma once

#include <string_view>
#include <vector>

#include "ledger.h"

namespace grapnel::ledger {

// Who asks. Borrowed; an absent username is empty.
struct Who {
    std::string_view client;
    std::string_view username;
    std::string_view remote;
};

// May `who` read or write this topic? `needed` is kRead or kWrite. README, "Topics".
bool may_use_topic(const Ledger& ledger, const Who& who, std::string_view topic, Rights needed);

// May `who` subscribe to this filter, that is, read everything that it can match? `$share/group/`
// is left aside. README, "Subscriptions".
bool may_subscribe(const Ledger& ledger, const Who& who, std::string_view filter);

// What a login depends on: the first candidate whose password is right decides, else `otherwise`.
// Borrows from the ledger, which must outlive it.
struct LoginPlan {
    struct Candidate {
        const PasswordHash* hash;
        bool allow;
    };
    std::vector<Candidate> candidates;
    bool otherwise = false;
    // Verified for nothing, so that an unknown name takes as long as a wrong password.
    const PasswordHash* decoy = nullptr;

    bool needs_work() const noexcept { return !candidates.empty() || decoy != nullptr; }
    // Slow where needs_work(); any thread.
    bool run(std::string_view password) const noexcept;
};

// README, "Logging in".
LoginPlan plan_login(const Ledger& ledger, const Who& who, bool has_password);

}  // namespace grapnel::ledger
