#include "decide.h"

#include <optional>

namespace grapnel::ledger {

namespace {

// The client with what is worked out at most once per check.
class Subject {
public:
    explicit Subject(const Who& who) noexcept : who_(who) {}

    const Names& names() noexcept {
        if (!names_) names_.emplace(who_.username, who_.client);
        return *names_;
    }

    bool belongs_to(const Members& rule) noexcept {
        if (rule.anonymous && !who_.username.empty()) return false;
        if (rule.username && (who_.username.empty() || !rule.username->matches(who_.username))) {
            return false;
        }
        if (rule.client && !rule.client->matches(who_.client)) return false;
        return !rule.remote || is_from(*rule.remote);
    }

private:
    bool is_from(const RemoteRange& range) noexcept {
        if (!parsed_) {
            parsed_ = true;
            address_ = parse_address(who_.remote);
        }
        return address_ && range.contains(*address_);
    }

    const Who& who_;
    std::optional<Names> names_;
    bool parsed_ = false;
    std::optional<Address> address_;
};

// The filter with which a rule speaks to this client about the needed right: NULL for a grant whose
// placeholder cannot be filled, the widened one for a refusal of that kind.
const Filter* speaking_filter(const FilterRule& rule, Rights needed, const Names& names) noexcept {
    if (!rule.filter.has_names() || rule.filter.usable(names)) return &rule.filter;
    return (rule.grants & needed) != 0 ? nullptr : &rule.widened;
}

// The answer of one rule: visit(filter, grants) where it speaks to this client about `needed`.
template <class F>
std::optional<bool> answer_of(const FilterRule& rule, Rights needed, const Names& names, F& visit) {
    if ((rule.decides & needed) == 0) return std::nullopt;
    const Filter* filter = speaking_filter(rule, needed, names);
    if (filter == nullptr) return std::nullopt;
    return visit(*filter, (rule.grants & needed) != 0);
}

template <class F>
std::optional<bool> first_answer(const std::vector<FilterRule>& rules, Rights needed,
                                 const Names& names, F& visit) {
    for (const FilterRule& rule : rules) {
        const std::optional<bool> answer = answer_of(rule, needed, names, visit);
        if (answer) return answer;
    }
    return std::nullopt;
}

// What the user's own list says; it comes before all acl rules.
template <class F>
std::optional<bool> own_answer(const Ledger& ledger, const Who& who, Subject& subject,
                               Rights needed, F& visit) {
    if (who.username.empty()) return std::nullopt;
    const auto user = ledger.users.find(who.username);
    if (user == ledger.users.end()) return std::nullopt;
    return first_answer(user->second.acl, needed, subject.names(), visit);
}

}  // namespace

bool may_use_topic(const Ledger& ledger, const Who& who, std::string_view topic, Rights needed) {
    if (ledger.uniform) return ledger.default_allow;
    Subject subject(who);
    const auto visit = [&](const Filter& filter, bool grants) -> std::optional<bool> {
        if (!filter.matches(topic, subject.names())) return std::nullopt;
        return grants;
    };
    const auto own = own_answer(ledger, who, subject, needed, visit);
    if (own) return *own;
    const auto answer =
        ledger.acl_index.first_answer(topic, [&](std::uint32_t number) -> std::optional<bool> {
            const auto& [whom, rule] = ledger.acl_filters[number];
            if (!subject.belongs_to(*whom)) return std::nullopt;
            return answer_of(*rule, needed, subject.names(), visit);
        });
    return answer.value_or(ledger.default_allow);
}

bool may_subscribe(const Ledger& ledger, const Who& who, std::string_view filter) {
    const std::optional<std::string_view> bare = without_share(filter);
    if (!bare) return false;
    const std::optional<Filter> asked = Filter::parse(*bare, Filter::Placeholders::literal);
    if (!asked) return false;
    if (ledger.uniform) return ledger.default_allow;
    Subject subject(who);
    // A part of the filter may be left to later rules only by rules that grant it.
    const auto visit = [&](const Filter& rule, bool grants) -> std::optional<bool> {
        if (rule.covers(*asked, subject.names())) return grants;
        if (!grants && rule.overlaps(*asked, subject.names())) return false;
        return std::nullopt;
    };
    const auto own = own_answer(ledger, who, subject, kRead, visit);
    if (own) return *own;
    for (const AclRule& rule : ledger.acl) {
        if (!subject.belongs_to(rule.who)) continue;
        const auto answer = first_answer(rule.filters, kRead, subject.names(), visit);
        if (answer) return *answer;
    }
    return ledger.default_allow;
}

bool LoginPlan::run(std::string_view password) const noexcept {
    for (const Candidate& candidate : candidates) {
        if (verify_password(*candidate.hash, password)) return candidate.allow;
    }
    if (decoy != nullptr) static_cast<void>(verify_password(*decoy, password));
    return otherwise;
}

LoginPlan plan_login(const Ledger& ledger, const Who& who, bool has_password) {
    LoginPlan plan;
    const auto user = who.username.empty() ? ledger.users.end() : ledger.users.find(who.username);
    const bool listed = user != ledger.users.end();
    if (listed && user->second.password && !user->second.disabled) {
        if (has_password) plan.candidates.push_back({&*user->second.password, true});
        return plan;
    }
    if (!listed || !user->second.disabled) {
        Subject subject(who);
        for (const AuthRule& rule : ledger.auth) {
            if (!subject.belongs_to(rule.who)) continue;
            if (!rule.password) {
                plan.otherwise = rule.allow;
                break;
            }
            if (has_password) plan.candidates.push_back({&*rule.password, rule.allow});
        }
    }
    if (plan.candidates.empty() && !plan.otherwise && has_password && !who.username.empty()) {
        plan.decoy = ledger.decoy;
    }
    return plan;
}

}  // namespace grapnel::ledger
