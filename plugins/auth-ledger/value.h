#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fault.h"

namespace grapnel::ledger {

struct Member;

// A configuration value with its place, whichever source it came from.
struct Value {
    enum class Kind : std::uint8_t { none, table, array, string, boolean, other };

    Kind kind = Kind::none;
    bool flag = false;
    std::string text;
    std::vector<Member> members;  // of a table
    std::vector<Value> items;     // of an array
    std::string where;            // "file:line" or "file:line:column"

    // NULL where the table has no such member.
    const Value* find(std::string_view key) const noexcept;
};

struct Member {
    std::string key;
    Value value;
};

// TOML text to a table; a syntax error is a fault and gives an empty table.
Value parse_toml(std::string_view text, const std::string& file, Faults& faults);

// `path` as it is meant in the file that `where` names: relative to that file's folder.
std::string resolve_path(std::string_view path, std::string_view where);

}  // namespace grapnel::ledger
