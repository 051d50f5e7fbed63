#include "read.h"

#include <algorithm>
#include <grapnel/plugin.hpp>
#include <initializer_list>
#include <utility>

namespace grapnel::ledger {

namespace {

using Words = std::initializer_list<std::string_view>;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string with_hint(std::string text, std::string_view word, Words candidates) {
    const std::string_view meant = gn::closest(word, candidates);
    return meant.empty() ? text : text + ", did you mean " + quoted(meant) + "?";
}

// Reads the members of one table and collects what is wrong with them.
class Reader {
public:
    Reader(const Value& table, Faults& faults, Words known) : table_(table), faults_(faults) {
        if (table.kind != Value::Kind::table) {
            faults.add(table.where, "expected a table");
            return;
        }
        for (const Member& member : table.members) {
            if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
            faults.add(member.value.where,
                       with_hint("unknown key " + quoted(member.key), member.key, known));
        }
    }

    const std::string* text(std::string_view key) {
        const Value* value = typed(key, Value::Kind::string, "a string");
        return value == nullptr ? nullptr : &value->text;
    }
    std::optional<bool> flag(std::string_view key) {
        const Value* value = typed(key, Value::Kind::boolean, "true or false");
        return value == nullptr ? std::nullopt : std::optional<bool>(value->flag);
    }
    const std::vector<Value>* items(std::string_view key) {
        const Value* value = typed(key, Value::Kind::array, "an array");
        return value == nullptr ? nullptr : &value->items;
    }
    const Value* typed(std::string_view key, Value::Kind kind, std::string_view expected) {
        const Value* value = table_.find(key);
        if (value == nullptr || value->kind == kind) return value;
        faults_.add(value->where, "key " + quoted(key) + ": expected " + std::string(expected));
        return nullptr;
    }
    bool has(std::string_view key) const noexcept { return table_.find(key) != nullptr; }
    void fault(std::string_view key, std::string text) {
        const Value* value = table_.find(key);
        faults_.add(value == nullptr ? table_.where : value->where, std::move(text));
    }

    std::optional<PasswordHash> password() {
        const std::string* text_found = text("password");
        if (text_found == nullptr) return std::nullopt;
        std::string why;
        auto hash = parse_password_hash(*text_found, why);
        if (!hash) fault("password", why);
        return hash;
    }

private:
    const Value& table_;
    Faults& faults_;
};

// A missing or misspelt access is a fault, never a default.
std::optional<Rights> read_access(Reader& reader) {
    const std::string* word = reader.text("access");
    if (word == nullptr) {
        if (!reader.has("access")) reader.fault("access", "\"access\" is missing");
        return std::nullopt;
    }
    if (*word == "deny") return kNone;
    if (*word == "read") return kRead;
    if (*word == "write") return kWrite;
    if (*word == "readwrite") return kReadWrite;
    reader.fault("access", with_hint("unknown access " + quoted(*word), *word,
                                     {"deny", "read", "write", "readwrite"}));
    return std::nullopt;
}

// The items of `acl` and `filters`; one with a fault is left out, which the fault makes harmless.
void read_filters(const std::vector<Value>* items, std::vector<FilterRule>& out, Faults& faults) {
    if (items == nullptr) return;
    for (const Value& item : *items) {
        Reader reader(item, faults, {"filter", "access"});
        if (item.kind != Value::Kind::table) continue;
        const std::optional<Rights> grants = read_access(reader);
        const std::string* text = reader.text("filter");
        if (text == nullptr) {
            if (!reader.has("filter")) reader.fault("filter", "\"filter\" is missing");
            continue;
        }
        auto rule =
            make_rule(*text, Filter::Placeholders::replaced, grants.value_or(kNone), kReadWrite);
        if (!rule) reader.fault("filter", quoted(*text) + " is not a topic filter");
        if (rule && grants) out.push_back(std::move(*rule));
    }
}

// An empty text would match nobody where other brokers mean everybody, so it is a fault.
std::optional<Pattern> read_pattern(Reader& reader, std::string_view key) {
    const std::string* text = reader.text(key);
    if (text == nullptr) return std::nullopt;
    if (text->empty()) {
        reader.fault(key, quoted(key) + " is empty; leave it out to mean everyone");
        return std::nullopt;
    }
    Pattern pattern{*text, text->back() == '*'};
    if (pattern.prefix) pattern.text.pop_back();
    if (pattern.text.find('*') != std::string::npos) {
        reader.fault(key, quoted(key) + " may have a * only at its end");
    }
    return pattern;
}

Members read_members(Reader& reader) {
    Members who;
    who.client = read_pattern(reader, "client");
    who.username = read_pattern(reader, "username");
    if (const std::string* remote = reader.text("remote")) {
        std::string why;
        who.remote = RemoteRange::parse(*remote, why);
        if (!who.remote) reader.fault("remote", quoted(*remote) + ": " + why);
    }
    return who;
}

void read_user(const Member& entry, Ledger& ledger, Faults& faults) {
    Reader reader(entry.value, faults, {"password", "disabled", "acl"});
    if (entry.key.empty()) faults.add(entry.value.where, "a username may not be empty");
    if (entry.value.kind != Value::Kind::table) return;
    User user;
    user.password = reader.password();
    user.disabled = reader.flag("disabled").value_or(false);
    read_filters(reader.items("acl"), user.acl, faults);
    if (!ledger.users.try_emplace(entry.key, std::move(user)).second) {
        faults.add(entry.value.where, "user " + quoted(entry.key) + " is listed twice");
    }
}

void read_auth(const Value& entry, Ledger& ledger, Faults& faults) {
    Reader reader(entry, faults, {"remote", "client", "username", "password", "allow"});
    if (entry.kind != Value::Kind::table) return;
    AuthRule rule;
    rule.who = read_members(reader);
    rule.password = reader.password();
    const std::optional<bool> allow = reader.flag("allow");
    if (!reader.has("allow")) reader.fault("allow", "\"allow\" is missing");
    rule.allow = allow.value_or(false);
    ledger.auth.push_back(std::move(rule));
}

void read_acl(const Value& entry, Ledger& ledger, Faults& faults) {
    Reader reader(entry, faults, {"remote", "client", "username", "filters"});
    if (entry.kind != Value::Kind::table) return;
    AclRule rule;
    rule.who = read_members(reader);
    read_filters(reader.items("filters"), rule.filters, faults);
    if (!reader.has("filters")) reader.fault("filters", "\"filters\" is missing");
    ledger.acl.push_back(std::move(rule));
}

}  // namespace

std::optional<FilterRule> make_rule(std::string_view filter, Filter::Placeholders placeholders,
                                    Rights grants, Rights decides) {
    auto parsed = Filter::parse(filter, placeholders);
    if (!parsed) return std::nullopt;
    Filter widened = parsed->widened();
    return FilterRule{std::move(*parsed), std::move(widened), grants, decides};
}

void read_ledger(const Value& table, Ledger& ledger, Faults& faults) {
    Reader reader(table, faults,
                  {"default", "password_file", "acl_file", "file", "users", "auth", "acl"});
    if (table.kind != Value::Kind::table) return;
    if (const std::string* word = reader.text("default")) {
        ledger.default_allow = *word == "allow";
        if (*word != "allow" && *word != "deny") {
            reader.fault("default", with_hint("\"default\" must be \"deny\" or \"allow\"", *word,
                                              {"deny", "allow"}));
        }
    }
    if (const Value* users = reader.typed("users", Value::Kind::table, "a table")) {
        for (const Member& entry : users->members) read_user(entry, ledger, faults);
    }
    if (const auto* rules = reader.items("auth")) {
        for (const Value& entry : *rules) read_auth(entry, ledger, faults);
    }
    if (const auto* rules = reader.items("acl")) {
        for (const Value& entry : *rules) read_acl(entry, ledger, faults);
    }
    for (const std::string_view key : {"file", "password_file", "acl_file"}) {
        const std::string* path = reader.text(key);
        if (path != nullptr && path->empty()) reader.fault(key, quoted(key) + " is empty");
    }
}

}  // namespace grapnel::ledger
