#include "topics/retained.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>

#include "topics/expiry_heap.h"
#include "topics/level_tree.h"

namespace grapnel {

namespace {

struct Kept {
    Ref<Message> message;
    uint64_t order = 0;  // of the change that set it
    uint32_t expiry_place = ExpiryHeap<Kept>::kNowhere;
    mutable std::atomic<uint16_t> lookups{0};  // that are as far as this
    bool counted = false;

    bool empty() const { return !message && lookups.load(std::memory_order_relaxed) == 0; }
    // False when as many stand here as can be.
    bool hold() const {
        uint16_t now = lookups.load(std::memory_order_relaxed);
        do {
            if (now == UINT16_MAX) return false;
        } while (!lookups.compare_exchange_weak(now, now + 1, std::memory_order_relaxed));
        return true;
    }
};

using Tree = LevelTree<Kept>;
using Node = Tree::Node;

// Goes through the nodes that a filter leads to in the order of the tree, so that one node says how
// far it is. Borrows the filter.
class Walker {
public:
    Walker(const Tree& tree, Bytes filter) : tree_(tree), filter_(filter), node_(tree.root()) {
        for (size_t at = 0; at <= filter.size(); at = filter.find('/', at)) {
            at += levels_.empty() ? 0 : 1;
            levels_.push_back(at);
        }
        if (level(levels_.size() - 1) == "#") hash_ = levels_.size() - 1;
    }

    // Everything up to this node was visited. It may have got another place since: that of its
    // first level, if it was a tail, is where it was then, and nothing old is below it.
    void stand_on(const Node* node) {
        node_ = node;
        for (depth_ = 0; node != tree_.root(); node = node->parent) ++depth_;
    }

    // False when there is none left.
    bool advance() {
        if (const Node* const child = below()) {
            node_ = child;
            ++depth_;
            return true;
        }
        for (; node_ != tree_.root(); node_ = node_->parent, --depth_) {
            if (!fans_out(depth_ - 1) || node_->next == nullptr) continue;
            node_ = node_->next;
            return true;
        }
        return false;
    }

    const Node& node() const { return *node_; }

    // Does the filter match the text of the node that advance() led to?
    bool matches() const {
        if (hidden()) return false;
        if (depth_ > hash_) return true;
        if (node_->is_tail()) return levels_match(rest(depth_ - 1), node_->text());
        return depth_ == levels_.size() || depth_ == hash_;
    }

private:
    Bytes rest(size_t index) const { return filter_.substr(levels_[index]); }
    Bytes level(size_t index) const { return first_level(rest(index)); }
    // Do all children of a node so deep belong to it?
    bool fans_out(size_t depth) const {
        return depth >= hash_ || (depth < levels_.size() && level(depth) == "+");
    }
    // 4.7.2: a topic that begins with $, and a filter that begins with a wildcard.
    bool hidden() const { return depth_ == 1 && fans_out(0) && node_->text().starts_with('$'); }
    const Node* below() const {
        if (node_->first_child == nullptr || hidden()) return nullptr;
        if (fans_out(depth_)) return node_->first_child;
        return depth_ < levels_.size() ? tree_.child(node_, level(depth_)) : nullptr;
    }

    const Tree& tree_;
    const Bytes filter_;
    std::vector<size_t> levels_;  // where each begins
    size_t hash_ = SIZE_MAX;      // which of them is #
    const Node* node_;
    size_t depth_ = 0;  // of the node; the root's is 0
};

bool same(const Message& one, const Message& other) {
    return &one == &other || (one.key() != 0 && one.key() == other.key());
}

}  // namespace

struct Retained::Tables {
    Tree tree;
    ExpiryHeap<Kept> expiries;
    size_t counted = 0;
    uint64_t changes = 0;

    // Returns what was there before.
    Ref<Message> put(Node* node, const Ref<Message>& message, bool counts) {
        Kept& kept = node->value;
        kept.order = changes;
        expiries.remove(&kept);
        if (message->expires_ms() != 0) expiries.add(&kept, message->expires_ms());
        count(kept, counts);
        return std::exchange(kept.message, message);
    }

    Ref<Message> remove(Node* node) {
        Ref<Message> message = std::move(node->value.message);
        expiries.remove(&node->value);
        count(node->value, false);
        tree.release(node);
        return message;
    }

    void count(Kept& kept, bool counts) {
        counted += static_cast<size_t>(counts) - static_cast<size_t>(kept.counted);
        kept.counted = counts;
    }
};

Retained::Retained() : tables_(std::make_unique<Tables>()) {}

Retained::~Retained() = default;

Retained::Change Retained::set(const Ref<Message>& message, size_t entries_max, uint64_t* order) {
    Ref<Message> replaced;  // freed after the lock
    const std::unique_lock lock(mutex_);
    ++tables_->changes;
    if (order != nullptr) *order = tables_->changes;
    Tree& tree = tables_->tree;
    const bool full = entries_max != 0 && tables_->counted >= entries_max;
    const bool removes = message->payload().empty();
    Node* node = removes || full ? tree.find(message->topic()) : tree.obtain(message->topic());
    const bool held = node != nullptr && node->value.message;
    if (removes) {
        if (!held) return Change::none;
        replaced = tables_->remove(node);
        return Change::removed;
    }
    if (!held && full) return Change::refused;
    replaced = tables_->put(node, message, true);
    return held ? Change::replaced : Change::stored;
}

void Retained::set_own(const Ref<Message>& message) {
    Ref<Message> replaced;
    const std::unique_lock lock(mutex_);
    ++tables_->changes;
    if (!message->payload().empty()) {
        replaced = tables_->put(tables_->tree.obtain(message->topic()), message, false);
        return;
    }
    Node* node = tables_->tree.find(message->topic());
    if (node != nullptr && node->value.message) replaced = tables_->remove(node);
}

bool Retained::remove(const Message& message) {
    Ref<Message> removed;
    const std::unique_lock lock(mutex_);
    Node* node = tables_->tree.find(message.topic());
    if (node == nullptr || !node->value.message || !same(*node->value.message, message))
        return false;
    removed = tables_->remove(node);
    return true;
}

bool Retained::current(const Message& message) const {
    const std::shared_lock lock(mutex_);
    const Node* node = tables_->tree.find(message.topic());
    return node != nullptr && node->value.message && same(*node->value.message, message);
}

Ref<Message> Retained::find(Bytes topic) const {
    const std::shared_lock lock(mutex_);
    const Node* node = tables_->tree.find(topic);
    return node != nullptr ? node->value.message : Ref<Message>();
}

uint64_t Retained::changes() const {
    const std::shared_lock lock(mutex_);
    return tables_->changes;
}

std::vector<Ref<Message>> Retained::match(Bytes filter, int64_t wall_ms) const {
    RetainedLookup lookup(*this, std::string(filter), UINT64_MAX);
    size_t looked_at = 0;
    return match(lookup, wall_ms, SIZE_MAX, looked_at);
}

std::vector<Ref<Message>> Retained::match(RetainedLookup& lookup, int64_t wall_ms,
                                          size_t places_most, size_t& looked_at) const {
    constexpr size_t kFoundCosts = 8;  // places
    std::vector<Ref<Message>> found;
    if (lookup.ended()) return found;
    const void* const before = std::exchange(lookup.place_, nullptr);
    {
        const std::shared_lock lock(mutex_);
        Walker walker(tables_->tree, lookup.filter_);
        if (before != nullptr) walker.stand_on(static_cast<const Node*>(before));
        size_t places = 0;
        while (lookup.place_ == nullptr && walker.advance()) {
            const Kept& kept = walker.node().value;
            ++places;
            if (kept.message && kept.order <= lookup.order_most_ && walker.matches() &&
                !kept.message->expired(wall_ms)) {
                found.push_back(kept.message);
                places += kFoundCosts;
            }
            if (places >= places_most && kept.hold()) lookup.place_ = &walker.node();
        }
        looked_at += places;
    }
    if (before != nullptr) let_go(before);
    if (lookup.place_ == nullptr) lookup.end();
    std::ranges::sort(found, {}, [](const Ref<Message>& message) { return message->key(); });
    return found;
}

void Retained::let_go(const void* place) const {
    Node* const node = static_cast<Node*>(const_cast<void*>(place));
    const std::unique_lock lock(mutex_);
    node->value.lookups.fetch_sub(1, std::memory_order_relaxed);
    tables_->tree.release(node);
}

std::vector<Ref<Message>> Retained::expire(int64_t wall_ms) {
    std::vector<Ref<Message>> expired;
    const std::unique_lock lock(mutex_);
    while (!tables_->expiries.empty() && tables_->expiries.soonest_ms() <= wall_ms) {
        const Bytes topic = tables_->expiries.soonest()->message->topic();
        expired.push_back(tables_->remove(tables_->tree.find(topic)));
    }
    return expired;
}

size_t Retained::size() const {
    const std::shared_lock lock(mutex_);
    return tables_->counted;
}

}  // namespace grapnel
