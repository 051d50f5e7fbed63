#include "admin/parameters.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "config/fault.h"

namespace grapnel {

Parameters::Parameters(const HttpRequest& request, std::initializer_list<std::string_view> known)
    : request_(request) {
    for (const auto& [name, value] : request.parameters) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            set_fault("there is no parameter " + config::quoted(name));
        else if (&value != request.parameter(name))
            set_fault(name + " is given twice");
    }
}

std::string Parameters::value(std::string_view name) const {
    const std::string* const found = text(name);
    return found == nullptr ? std::string() : *found;
}

std::string Parameters::required(std::string_view name) {
    const std::string* const value = text(name);
    if (value != nullptr && !value->empty()) return *value;
    set_fault("the parameter " + std::string(name) + " is missing");
    return {};
}

std::optional<bool> Parameters::boolean(std::string_view name) {
    const std::string* const value = text(name);
    if (value == nullptr) return std::nullopt;
    if (*value == "true") return true;
    if (*value == "false") return false;
    set_fault(std::string(name) + " must be true or false");
    return std::nullopt;
}

uint32_t Parameters::number(std::string_view name, uint32_t otherwise, uint32_t least,
                            uint32_t most) {
    const std::string* const value = text(name);
    if (value == nullptr) return otherwise;
    uint32_t number = 0;
    const char* const end = value->data() + value->size();
    const auto read = std::from_chars(value->data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end && number >= least && number <= most)
        return number;
    set_fault(std::string(name) + " must be a number from " + std::to_string(least) + " to " +
              std::to_string(most));
    return otherwise;
}

void Parameters::set_fault(std::string text) {
    if (fault_.empty()) fault_ = std::move(text);
}

}  // namespace grapnel
