#include "mosquitto.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "read.h"

namespace grapnel::ledger {

namespace {

constexpr std::string_view kBlanks = " \t";

// Without the blanks around it.
std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Calls visit(line, "file:number") for every line that is neither empty nor a comment.
template <class F>
void for_each_line(std::string_view text, const std::string& file, F visit) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with('#') || trimmed(line).empty()) continue;
        visit(line, file + ":" + std::to_string(number));
    }
}

// The first word of `rest`, which becomes what follows it.
std::string_view take_word(std::string_view& rest) noexcept {
    rest = trimmed(rest);
    const std::size_t end = std::min(rest.find_first_of(kBlanks), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest = trimmed(rest.substr(end));
    return word;
}

// "[read|write|readwrite|deny] filter": without a second word the first is the filter.
struct Grant {
    Rights grants = kReadWrite;
    Rights decides = kReadWrite;
    std::string_view filter;
};

Grant read_grant(std::string_view rest) noexcept {
    Grant out;
    out.filter = trimmed(rest);
    const std::string_view word = take_word(rest);
    if (rest.empty()) return out;
    if (word == "read") {
        out.grants = out.decides = kRead;
    } else if (word == "write") {
        out.grants = out.decides = kWrite;
    } else if (word == "deny") {
        out.grants = kNone;
    } else if (word != "readwrite") {
        return out;
    }
    out.filter = rest;
    return out;
}

// Mosquitto asks the deny lines of a section before its others.
void refusals_first(std::vector<FilterRule>& rules) {
    std::stable_partition(rules.begin(), rules.end(),
                          [](const FilterRule& rule) { return rule.grants == kNone; });
}

// The sections of an acl_file while it is read.
struct Sections {
    std::vector<AclRule> users;  // one per user line, and first the anonymous one
    std::vector<FilterRule> patterns;

    AclRule& of_user(std::string_view name) {
        for (AclRule& rule : users) {
            if (rule.who.username && rule.who.username->text == name) return rule;
        }
        users.emplace_back();
        users.back().who.username = Pattern{std::string(name), false};
        return users.back();
    }
};

}  // namespace

void read_password_file(std::string_view text, const std::string& file, Ledger& ledger,
                        Faults& faults) {
    for_each_line(text, file, [&](std::string_view line, const std::string& where) {
        const std::size_t colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos) {
            faults.add(where, "expected \"user:hash\"");
            return;
        }
        const std::string name(line.substr(0, colon));
        std::string why;
        auto hash = parse_password_hash(trimmed(line.substr(colon + 1)), why);
        if (!hash) {
            faults.add(where, "user \"" + name + "\": " + why);
            return;
        }
        User& user = ledger.users[name];
        if (user.password) faults.add(where, "user \"" + name + "\" has a password already");
        user.password = std::move(hash);
    });
}

void read_acl_file(std::string_view text, const std::string& file, Ledger& ledger, Faults& faults) {
    Sections sections;
    sections.users.emplace_back();
    sections.users.front().who.anonymous = true;
    AclRule* section = &sections.users.front();
    for_each_line(text, file, [&](std::string_view line, const std::string& where) {
        std::string_view rest = line;
        const std::string_view keyword = take_word(rest);
        if (rest.empty() && (keyword == "user" || keyword == "topic" || keyword == "pattern")) {
            faults.add(where, "\"" + std::string(keyword) + "\" has nothing behind it");
            return;
        }
        if (keyword == "user") {
            section = &sections.of_user(rest);
            return;
        }
        if (keyword != "topic" && keyword != "pattern") {
            faults.add(where, "unknown keyword \"" + std::string(keyword) +
                                  "\", expected user, topic or pattern");
            return;
        }
        const bool pattern = keyword == "pattern";
        const Grant grant = read_grant(rest);
        auto rule = make_rule(
            grant.filter, pattern ? Filter::Placeholders::replaced : Filter::Placeholders::literal,
            grant.grants, grant.decides);
        if (!rule) {
            faults.add(where, "\"" + std::string(grant.filter) + "\" is not a topic filter");
            return;
        }
        (pattern ? sections.patterns : section->filters).push_back(std::move(*rule));
    });
    for (AclRule& rule : sections.users) {
        refusals_first(rule.filters);
        if (!rule.filters.empty()) ledger.acl.push_back(std::move(rule));
    }
    refusals_first(sections.patterns);
    if (!sections.patterns.empty()) ledger.acl.push_back({Members{}, std::move(sections.patterns)});
}

}  // namespace grapnel::ledger
