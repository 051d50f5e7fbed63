#pragma once

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "admin/cursor.h"
#include "admin/page_request.h"

namespace grapnel {

// The page of a list that is sorted by text, of texts that come in any order, maybe more than once.
// Holds no more than the page, which ends early where its texts are long. One thread.
template <class Value>
class SortedPage {
public:
    // Of all texts of a page.
    static constexpr size_t kBytesMost = size_t{1} << 20U;

    explicit SortedPage(Page page) : page_(std::move(page)) {}

    // Would a text be on the page, as far as is known by now?
    bool wants(std::string_view text) const {
        return text > page_.after && (!bound_ || text < *bound_);
    }
    // Requires: wants() it.
    void add(std::string text, Value value) {
        const size_t size = text.size();
        if (!entries_.insert_or_assign(std::move(text), std::move(value)).second) return;
        bytes_ += size;
        while (entries_.size() > page_.limit || (bytes_ > kBytesMost && entries_.size() > 1)) {
            auto last = entries_.extract(std::prev(entries_.end()));
            bytes_ -= last.key().size();
            bound_ = std::move(last.key());
        }
    }

    const std::map<std::string, Value, std::less<>>& entries() const { return entries_; }
    // Is there something behind the page?
    bool more() const { return bound_.has_value(); }

    // Calls fn(text, value) for each of the page, in order. Answers where the next page begins, for
    // `after`; nothing: there is none. It ends with a text that a request can carry, if it has one.
    template <class Fn>
    std::optional<std::string> for_each(Fn fn) const {
        auto end = entries_.end();
        if (more())
            while (end != entries_.begin() && !is_cursor(std::prev(end)->first)) --end;
        if (end == entries_.begin()) end = entries_.end();
        for (auto at = entries_.begin(); at != end; ++at) fn(at->first, at->second);
        if (!more()) return std::nullopt;
        return cursor_after(std::prev(end)->first);
    }

private:
    const Page page_;
    std::map<std::string, Value, std::less<>> entries_;
    size_t bytes_ = 0;                  // of their texts
    std::optional<std::string> bound_;  // the least that was seen and is behind the page
};

}  // namespace grapnel
