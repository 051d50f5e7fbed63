#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::ctl {

// Keeps the order of the keys.
using Json = nlohmann::ordered_json;

// An object. Throws Failure when the text is something else, or nested without end.
Json parse_object(std::string_view text);

// One line.
std::string line_of(const Json& json);

// A member, which null and absence are not; throws Failure when it is of another kind than asked
// for.
std::optional<std::string> find_text(const Json& object, std::string_view key);
std::optional<uint64_t> find_count(const Json& object, std::string_view key);
std::optional<double> find_number(const Json& object, std::string_view key);
// A number that need not be whole, rounded; what is negative or no 53-bit number counts as wrong.
std::optional<uint64_t> find_rounded(const Json& object, std::string_view key);
std::optional<bool> find_bool(const Json& object, std::string_view key);
const Json* find_object(const Json& object, std::string_view key);  // null: none

// The same for members that must be there: throws Failure when they are not.
std::string text_at(const Json& object, std::string_view key);
uint64_t count_at(const Json& object, std::string_view key);
bool bool_at(const Json& object, std::string_view key);
// The objects of an array.
std::vector<const Json*> objects_at(const Json& object, std::string_view key);

// The sum of {reason: count}, or the count itself; 0 when there is none.
uint64_t sum_at(const Json& object, std::string_view key);

}  // namespace grapnel::ctl
