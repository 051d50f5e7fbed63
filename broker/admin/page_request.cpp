#include "admin/page_request.h"

#include <algorithm>

namespace grapnel {

namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Page page_of(Parameters& parameters) {
    return {parameters.number("limit", 100, 1, Page::kLimitMost), parameters.value("after")};
}

bool contains_text(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return small(a) == small(b); }) != text.end();
}

}  // namespace grapnel
