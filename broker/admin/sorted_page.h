#pragma once

#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "admin/page_request.h"

namespace grapnel {

// The page of a list that is sorted by text, of texts that come in any order, maybe more than once.
// Holds no more than the page. One thread.
template <class Value>
class SortedPage {
public:
    explicit SortedPage(Page page) : page_(std::move(page)) {}

    // Would a text be on the page, as far as is known by now?
    bool wants(std::string_view text) const {
        if (text <= page_.after) return false;
        return entries_.size() <= page_.limit || text < entries_.rbegin()->first;
    }
    // Requires: wants() it.
    void add(std::string text, Value value) {
        entries_.insert_or_assign(std::move(text), std::move(value));
        if (entries_.size() > page_.limit + 1) entries_.erase(std::prev(entries_.end()));
    }

    // Calls fn(text, value) for each of the page, in order. Answers where the next page begins,
    // null when there is none: the last text, for `after`.
    template <class Fn>
    const std::string* for_each(Fn fn) const {
        const std::string* last = nullptr;
        size_t count = 0;
        for (const auto& [text, value] : entries_) {
            if (count++ == page_.limit) return last;
            fn(text, value);
            last = &text;
        }
        return nullptr;
    }

private:
    const Page page_;
    std::map<std::string, Value, std::less<>> entries_;  // the page, and one more
};

}  // namespace grapnel
