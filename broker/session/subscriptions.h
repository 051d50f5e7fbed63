#pragma once

#include <memory>

#include "base/owned_table.h"
#include "base/text.h"
#include "topics/subscription.h"

namespace grapnel {

// A session's subscriptions by their whole filter text, $share/ included. Empty, it is one null
// pointer. Home worker only.
class Subscriptions {
public:
    struct Entry {
        Text filter;
        SubscriptionOptions options;
    };

    size_t size() const { return table_ ? table_->size() : 0; }
    bool empty() const { return size() == 0; }
    bool contains(Bytes filter) const { return table_ && table_->find(filter) != nullptr; }

    // Adds or replaces.
    void set(Bytes filter, const SubscriptionOptions& options) {
        if (!table_) table_ = std::make_unique<Table>();
        if (Entry* held = table_->find(filter)) {
            held->options = options;
            return;
        }
        table_->insert(std::make_unique<Entry>(Entry{Text(filter), options}));
    }
    // Nothing happens if it is not there.
    void erase(Bytes filter) {
        Entry* const held = table_ ? table_->find(filter) : nullptr;
        if (held == nullptr) return;
        table_->remove(*held);
        if (table_->empty()) table_.reset();
    }
    void clear() { table_.reset(); }

    // Calls fn(const Entry&) for each, in no order; fn must not change them.
    template <class Fn>
    void for_each(Fn fn) const {
        if (table_) table_->for_each(fn);
    }

private:
    struct FilterOf {
        Bytes operator()(const Entry& entry) const { return entry.filter.bytes(); }
    };
    using Table = OwnedTable<Entry, FilterOf>;

    std::unique_ptr<Table> table_;
};

}  // namespace grapnel
