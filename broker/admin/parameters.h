#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "web/http.h"

namespace grapnel {

// Reads the parameters of a request. What is wrong with them is told once, by fault(); each value
// is as if it were not there then.
class Parameters {
public:
    // Others than the known ones are a fault, and so is one that comes twice.
    Parameters(const HttpRequest& request, std::initializer_list<std::string_view> known);

    // Null: it was not given.
    const std::string* text(std::string_view name) const { return request_.parameter(name); }
    // Empty: it was not given, or is empty.
    std::string value(std::string_view name) const;
    // One that must be given and not be empty.
    std::string required(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    uint32_t number(std::string_view name, uint32_t otherwise, uint32_t least, uint32_t most);

    // Words for the answer, whose status is 400; empty: nothing is wrong.
    const std::string& fault() const { return fault_; }

private:
    void set_fault(std::string text);

    const HttpRequest& request_;
    std::string fault_;
};

}  // namespace grapnel
