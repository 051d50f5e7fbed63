#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "match.h"
#include "password.h"
#include "remote.h"
#include "text_hash.h"
#include "topic_index.h"

namespace grapnel::ledger {

// Rights as bits: a read is a subscription or a delivery, a write is a publish.
using Rights = std::uint8_t;
inline constexpr Rights kNone = 0;
inline constexpr Rights kRead = 1;
inline constexpr Rights kWrite = 2;
inline constexpr Rights kReadWrite = 3;

// One filter of a list. It speaks only about the rights in `decides`, and grants those in `grants`.
// A ledger's own filters decide both; a Mosquitto line decides only what it names.
struct FilterRule {
    Filter filter;
    Filter widened;  // what the filter refuses to a client whose name cannot be put into it
    Rights grants = kNone;
    Rights decides = kReadWrite;
};

// A text, or a beginning where the rule's text ended in `*`.
struct Pattern {
    std::string text;
    bool prefix = false;

    bool matches(std::string_view value) const noexcept {
        return prefix ? value.starts_with(text) : value == text;
    }
};

// Which clients a rule is about: all given members must match; none given is everyone.
struct Members {
    std::optional<RemoteRange> remote;
    std::optional<Pattern> client;
    std::optional<Pattern> username;
    bool anonymous = false;  // only clients without a username
};

struct User {
    std::optional<PasswordHash> password;  // none: the auth rules decide about this name
    bool disabled = false;
    std::vector<FilterRule> acl;
};

struct AuthRule {
    Members who;
    std::optional<PasswordHash> password;
    bool allow = false;
};

struct AclRule {
    Members who;
    std::vector<FilterRule> filters;
};

// All rules, in their order. Immutable once loaded; read by all loops at once.
struct Ledger {
    std::unordered_map<std::string, User, TextHash, std::equal_to<>> users;
    std::vector<AuthRule> auth;
    std::vector<AclRule> acl;
    bool default_allow = false;
    // Derived by seal():
    bool uniform = false;  // no rule decides a topic: the default answers all
    // The filters of all acl rules in their order, numbered as in the index.
    struct IndexedFilter {
        const Members* who;
        const FilterRule* rule;
    };
    std::vector<IndexedFilter> acl_filters;
    TopicIndex acl_index;
    const PasswordHash* decoy = nullptr;  // some user's; what an unknown name is made to cost

    // Call once, when nothing is added any more; the ledger must not be moved afterwards.
    void seal();
};

}  // namespace grapnel::ledger
