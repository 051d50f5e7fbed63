#include "admin/members.h"

#include "base/base64.h"

namespace grapnel {

namespace {

constexpr size_t kNameShown = 100;  // bytes of a name in a fault

}  // namespace

Members::Members(const HttpRequest& request)
    : json_(Json::parse(request.body, nullptr, /* allow_exceptions */ false)) {
    if (json_.is_discarded())
        fail("the body is no JSON in UTF-8");
    else if (!json_.is_object())
        fail("the body is no JSON object");
    if (!json_.is_object()) json_ = Json::object();
}

const Json* Members::value(const char* name) {
    known_.insert(name);
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
}

std::optional<std::string> Members::text(const char* name) {
    const Json* const found = value(name);
    if (found == nullptr) return std::nullopt;
    if (found->is_string()) return found->get<std::string>();
    fail(std::string(name) + " is no text");
    return std::nullopt;
}

std::optional<uint64_t> Members::number(const char* name, uint64_t least, uint64_t most) {
    const Json* const found = value(name);
    if (found == nullptr) return std::nullopt;
    if (found->is_number_unsigned() && found->get<uint64_t>() >= least &&
        found->get<uint64_t>() <= most)
        return found->get<uint64_t>();
    fail(std::string(name) + " is a whole number from " + std::to_string(least) + " to " +
         std::to_string(most));
    return std::nullopt;
}

std::optional<bool> Members::flag(const char* name) {
    const Json* const found = value(name);
    if (found == nullptr) return std::nullopt;
    if (found->is_boolean()) return found->get<bool>();
    fail(std::string(name) + " is true or false");
    return std::nullopt;
}

std::optional<std::string> Members::bytes(const char* name) {
    const std::optional<std::string> given = text(name);
    if (!given) return std::nullopt;
    std::optional<std::string> decoded = from_base64(*given);
    if (!decoded) fail(std::string(name) + " is no base64");
    return decoded;
}

// A name that is misspelled says more than that the right one is missing.
const std::string& Members::fault() {
    for (const auto& [name, unused] : json_.items()) {
        if (known_.contains(name)) continue;
        fault_ = "unknown member " + name.substr(0, kNameShown);
        break;
    }
    return fault_;
}

}  // namespace grapnel
