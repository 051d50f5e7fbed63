#include "ctl/json.h"

#include "config/fault.h"
#include "ctl/failure.h"
#include "ctl/printable.h"

namespace grapnel::ctl {
namespace {

constexpr int kDepthMost = 32;

[[noreturn]] void refuse(std::string_view key, const std::string& what) {
    throw Failure("the answer is not one of the admin API: " + config::quoted(printable(key)) +
                  " " + what + "; is the broker of another version?");
}

// Null: not there.
const Json* member(const Json& object, std::string_view key) {
    if (!object.is_object()) refuse(key, "is looked for in " + std::string(object.type_name()));
    const auto found = object.find(std::string(key));
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

template <class T>
T needed(std::optional<T> value, std::string_view key) {
    if (!value) refuse(key, "is missing");
    return std::move(*value);
}

}  // namespace

Json parse_object(std::string_view text) {
    const auto shallow = [](int depth, Json::parse_event_t, Json&) {
        if (depth > kDepthMost) throw Failure("the answer is nested too deeply");
        return true;
    };
    try {
        Json out = Json::parse(text, shallow);
        if (out.is_object()) return out;
    } catch (const Json::parse_error&) {
    }
    throw Failure("the answer is no object of JSON; is that an admin API?");
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::string> find_text(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_string()) refuse(key, std::string("is no text but ") + found->type_name());
    return found->get<std::string>();
}

std::optional<uint64_t> find_count(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr) return std::nullopt;
    const bool is_count =
        found->is_number_unsigned() || (found->is_number_integer() && found->get<int64_t>() >= 0);
    if (!is_count) refuse(key, "is no count");
    return found->get<uint64_t>();
}

std::optional<double> find_number(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_number()) refuse(key, "is no number");
    return found->get<double>();
}

std::optional<uint64_t> find_rounded(const Json& object, std::string_view key) {
    constexpr double kMost = 9007199254740992.0;
    const auto number = find_number(object, key);
    if (!number) return std::nullopt;
    if (!(*number >= 0 && *number <= kMost)) refuse(key, "is out of range");
    return static_cast<uint64_t>(*number + 0.5);
}

std::optional<bool> find_bool(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_boolean()) refuse(key, "is neither true nor false");
    return found->get<bool>();
}

const Json* find_object(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found != nullptr && !found->is_object()) refuse(key, "is no object");
    return found;
}

std::string text_at(const Json& object, std::string_view key) {
    return needed(find_text(object, key), key);
}

uint64_t count_at(const Json& object, std::string_view key) {
    return needed(find_count(object, key), key);
}

bool bool_at(const Json& object, std::string_view key) {
    return needed(find_bool(object, key), key);
}

std::vector<const Json*> objects_at(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr) refuse(key, "is missing");
    if (!found->is_array()) refuse(key, "is no list");
    std::vector<const Json*> out;
    for (const Json& each : *found) {
        if (!each.is_object()) refuse(key, "holds something else than objects");
        out.push_back(&each);
    }
    return out;
}

uint64_t sum_at(const Json& object, std::string_view key) {
    const Json* const found = member(object, key);
    if (found == nullptr || !found->is_object()) return find_count(object, key).value_or(0);
    uint64_t sum = 0;
    for (const auto& each : found->items()) sum += find_count(*found, each.key()).value_or(0);
    return sum;
}

}  // namespace grapnel::ctl
