#include "topics/retained.h"

#include <algorithm>
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
    bool counted = false;

    bool empty() const { return !message; }
};

using Tree = LevelTree<Kept>;
using Node = Tree::Node;

// What of a filter is still to be matched at a node; `rest` has no data when the filter ended
// there.
struct Step {
    const Node* node;
    Bytes rest;
};

// Collects the messages of the nodes that a filter leads to.
class Matcher {
public:
    Matcher(const Tree& tree, int64_t wall_ms, uint64_t order_most)
        : tree_(tree), wall_ms_(wall_ms), order_most_(order_most) {}

    std::vector<Ref<Message>> match(Bytes filter) {
        steps_.push_back({tree_.root(), filter});
        while (!steps_.empty()) {
            const Step step = steps_.back();
            steps_.pop_back();
            visit(step);
        }
        return std::move(found_);
    }
    // Nodes entered, and messages found, which cost more.
    size_t looked_at() const { return looked_at_; }

private:
    static constexpr size_t kFoundCosts = 8;  // nodes

    void visit(const Step& step) {
        if (step.rest.data() == nullptr || step.rest == "#") take(*step.node);
        if (step.rest.data() == nullptr) return;
        const Bytes level = first_level(step.rest);
        if (level != "+" && level != "#") {
            enter(tree_.child(step.node, level), step.rest);
            return;
        }
        const bool at_root = step.node == tree_.root();
        for (const Node* node = step.node->first_child; node != nullptr; node = node->next)
            if (!at_root || !node->text().starts_with('$')) enter(node, step.rest);
    }

    // `node`: a child that the first level of `rest` matches, or null.
    void enter(const Node* node, Bytes rest) {
        ++looked_at_;
        if (node == nullptr) return;
        if (node->is_tail()) {
            if (levels_match(rest, node->text())) take(*node);
            return;
        }
        if (rest == "#") {
            steps_.push_back({node, rest});
            return;
        }
        const size_t slash = rest.find('/');
        steps_.push_back({node, slash == Bytes::npos ? Bytes{} : rest.substr(slash + 1)});
    }

    void take(const Node& node) {
        const Ref<Message>& message = node.value.message;
        if (!message || node.value.order > order_most_ || message->expired(wall_ms_)) return;
        looked_at_ += kFoundCosts;
        found_.push_back(message);
    }

    const Tree& tree_;
    const int64_t wall_ms_;
    const uint64_t order_most_;
    size_t looked_at_ = 0;
    std::vector<Step> steps_;
    std::vector<Ref<Message>> found_;
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

std::vector<Ref<Message>> Retained::match(Bytes filter, int64_t wall_ms, uint64_t order_most,
                                          size_t* looked_at) const {
    std::vector<Ref<Message>> found;
    {
        const std::shared_lock lock(mutex_);
        Matcher matcher(tables_->tree, wall_ms, order_most);
        found = matcher.match(filter);
        if (looked_at != nullptr) *looked_at += matcher.looked_at();
    }
    std::ranges::sort(found, {}, [](const Ref<Message>& message) { return message->key(); });
    return found;
}

void Retained::scan(TreeScan& at, size_t count, Bytes filter, int64_t wall_ms,
                    std::vector<Ref<Message>>& found) const {
    const std::shared_lock lock(mutex_);
    tables_->tree.scan(at, count, [&](const Node& node) {
        const Ref<Message>& message = node.value.message;
        if (message && !message->expired(wall_ms) && filter_matches(filter, message->topic()))
            found.push_back(message);
    });
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
