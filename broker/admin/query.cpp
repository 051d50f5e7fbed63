#include "admin/query.h"

#include <algorithm>
#include <charconv>

namespace grapnel {

namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Result<Page> page_of(const HttpRequest& request) {
    Page page;
    page.after = parameter_of(request, "after");
    const std::string* const limit = request.parameter("limit");
    if (limit == nullptr) return page;
    const char* const end = limit->data() + limit->size();
    const auto read = std::from_chars(limit->data(), end, page.limit);
    if (read.ec != std::errc{} || read.ptr != end || page.limit == 0 ||
        page.limit > Page::kLimitMost)
        return Error{"limit is a number from 1 to " + std::to_string(Page::kLimitMost)};
    return page;
}

std::string parameter_of(const HttpRequest& request, const char* name) {
    const std::string* const found = request.parameter(name);
    return found == nullptr ? std::string() : *found;
}

bool contains_text(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return small(a) == small(b); }) != text.end();
}

}  // namespace grapnel
