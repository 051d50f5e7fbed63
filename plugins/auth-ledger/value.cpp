#include "value.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

namespace grapnel::ledger {

namespace {

std::string place(const std::string& file, const toml::source_region& source) {
    return file + ":" + std::to_string(source.begin.line) + ":" +
           std::to_string(source.begin.column);
}

Value convert(const toml::node& node, const std::string& file) {
    Value out;
    out.where = place(file, node.source());
    if (const toml::table* table = node.as_table()) {
        out.kind = Value::Kind::table;
        for (const auto& [key, member] : *table) {
            out.members.push_back({std::string(key.str()), convert(member, file)});
        }
    } else if (const toml::array* array = node.as_array()) {
        out.kind = Value::Kind::array;
        for (const toml::node& item : *array) out.items.push_back(convert(item, file));
    } else if (const auto* text = node.as_string()) {
        out.kind = Value::Kind::string;
        out.text = text->get();
    } else if (const auto* flag = node.as_boolean()) {
        out.kind = Value::Kind::boolean;
        out.flag = flag->get();
    } else {
        out.kind = Value::Kind::other;
    }
    return out;
}

// "file:line:column" or "file:line" without the numbers.
std::string_view file_of(std::string_view where) noexcept {
    for (int part = 0; part < 2; ++part) {
        const std::size_t colon = where.rfind(':');
        if (colon == std::string_view::npos || colon + 1 == where.size()) break;
        const std::string_view digits = where.substr(colon + 1);
        if (digits.find_first_not_of("0123456789") != std::string_view::npos) break;
        where = where.substr(0, colon);
    }
    return where;
}

}  // namespace

const Value* Value::find(std::string_view key) const noexcept {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [key](const Member& member) { return member.key == key; });
    return found == members.end() ? nullptr : &found->value;
}

Value parse_toml(std::string_view text, const std::string& file, Faults& faults) {
    try {
        return convert(toml::parse(text), file);
    } catch (const toml::parse_error& error) {
        faults.add(place(file, error.source()), std::string(error.description()));
        Value out;
        out.kind = Value::Kind::table;
        out.where = file;
        return out;
    }
}

std::string resolve_path(std::string_view path, std::string_view where) {
    const std::filesystem::path folder = std::filesystem::path(file_of(where)).parent_path();
    return (folder / std::filesystem::path(path)).lexically_normal().string();
}

}  // namespace grapnel::ledger
