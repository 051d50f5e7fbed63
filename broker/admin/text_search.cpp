#include "admin/text_search.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace grapnel {

namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

TextSearch::TextSearch(std::string part) : part_(std::move(part)) {
    std::transform(part_.begin(), part_.end(), part_.begin(), small);
}

bool TextSearch::found_in(std::string_view text) const {
    if (part_.empty()) return true;
    static thread_local std::string lowered;
    lowered.resize(text.size());
    std::transform(text.begin(), text.end(), lowered.begin(), small);
    return ::memmem(lowered.data(), lowered.size(), part_.data(), part_.size()) != nullptr;
}

}  // namespace grapnel
