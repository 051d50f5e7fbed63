#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "web/http.h"

namespace grapnel {

// Which part of a sorted list a request wants: what follows `after`, and how much of it.
struct Page {
    static constexpr size_t kLimitMost = 1000;

    size_t limit = 100;
    std::string after;  // empty: from the beginning
};
// From the parameters `limit` and `after`. An error says in words what is wrong.
Result<Page> page_of(const HttpRequest& request);

// The parameter of that name, empty where there is none.
std::string parameter_of(const HttpRequest& request, const char* name);

// Is `part` somewhere in the text? Letters of ASCII count as equal to their capitals.
bool contains_text(std::string_view text, std::string_view part);

}  // namespace grapnel
