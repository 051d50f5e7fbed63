#pragma once

#include <cstring>
#include <new>
#include <vector>

#include "base/bytes.h"
#include "topics/filter.h"
#include "topics/level_tree.h"

namespace grapnel {

// A Value per filter, asked with topics. Filters without wildcards cost one hash lookup; the others
// live in a tree by level. Value: as for LevelTree. No locking.
template <class Value>
class FilterTable {
public:
    FilterTable() = default;
    ~FilterTable() { exact_.drain(destroy); }
    FilterTable(const FilterTable&) = delete;
    FilterTable& operator=(const FilterTable&) = delete;

    // The value of the filter, made if need be. Stays where it is until released.
    Value& obtain(const Filter& filter) {
        if (filter.wildcard) return wildcards_.obtain(filter.topics)->value;
        Exact* found = find_exact(filter.topics);
        if (found == nullptr) found = create(filter.topics);
        return found->value;
    }

    // The value of the filter, or null.
    Value* find(const Filter& filter) {
        if (filter.wildcard) {
            auto* node = wildcards_.find(filter.topics);
            return node != nullptr ? &node->value : nullptr;
        }
        Exact* found = find_exact(filter.topics);
        return found != nullptr ? &found->value : nullptr;
    }

    // Forgets the filter if its value is empty.
    void release(const Filter& filter) {
        if (filter.wildcard) {
            if (auto* node = wildcards_.find(filter.topics)) wildcards_.release(node);
            return;
        }
        Exact* found = find_exact(filter.topics);
        if (found == nullptr || !found->value.empty()) return;
        exact_.erase(found);
        destroy(found);
    }

    // Calls fn(const Value&) for each filter that matches the topic (valid), once each. Inner nodes
    // come with empty values.
    template <class Fn>
    void match(Bytes topic, Fn fn) const {
        if (const Exact* found = find_exact(topic)) fn(found->value);
        if (wildcards_.root()->first_child != nullptr) match_wildcards(topic, fn);
    }

    // Calls fn(Bytes filter, const Value&) for the next `count` filters or so: see LevelTree::scan.
    template <class Fn>
    void scan(FilterScan& at, size_t count, Fn fn) const {
        if (!at.exact.ended)
            return exact_.scan(at.exact, count,
                               [&](const Exact& exact) { fn(exact.text(), exact.value); });
        wildcards_.scan(at.wildcards, count, [&](const Node& node) {
            if (!node.value.empty()) fn(wildcards_.text_of(node), node.value);
        });
    }

private:
    struct Exact {
        Exact* chain = nullptr;
        uint32_t hash = 0;
        uint32_t text_size = 0;
        Value value;

        // Follows the rest in its block.
        char* data() { return reinterpret_cast<char*>(this + 1); }
        Bytes text() const { return {reinterpret_cast<const char*>(this + 1), text_size}; }
    };
    using Node = typename LevelTree<Value>::Node;

    // What of the topic is still to be matched below a node; `rest` has no data when the topic
    // ended.
    struct Step {
        const Node* node;
        Bytes rest;
    };

    static void destroy(Exact* exact) {
        exact->~Exact();
        ::operator delete(exact);
    }

    Exact* create(Bytes text) {
        void* block = ::operator new(sizeof(Exact) + text.size());
        Exact* exact = new (block) Exact();
        exact->hash = level_hash(nullptr, text);
        exact->text_size = static_cast<uint32_t>(text.size());
        std::memcpy(exact->data(), text.data(), text.size());
        exact_.insert(exact);
        return exact;
    }

    Exact* find_exact(Bytes text) const {
        return exact_.find(level_hash(nullptr, text),
                           [&](const Exact& exact) { return exact.text() == text; });
    }

    template <class Fn>
    void match_wildcards(Bytes topic, Fn& fn) const {
        std::vector<Step> steps;
        steps.reserve(16);
        steps.push_back({wildcards_.root(), topic});
        while (!steps.empty()) {
            const Step step = steps.back();
            steps.pop_back();
            const bool ended = step.rest.data() == nullptr;
            const bool reserved = step.node == wildcards_.root() && topic.starts_with('$');
            if (ended) fn(step.node->value);
            if (step.node->has_hash && !reserved) fn(wildcards_.child(step.node, "#")->value);
            if (ended) continue;
            const Bytes level = first_level(step.rest);
            enter(wildcards_.child(step.node, level), step.rest, steps, fn);
            if (step.node->has_plus && !reserved)
                enter(wildcards_.child(step.node, "+"), step.rest, steps, fn);
        }
    }

    // `node`: a child whose first level matches that of `rest`, or null.
    template <class Fn>
    static void enter(const Node* node, Bytes rest, std::vector<Step>& steps, Fn& fn) {
        if (node == nullptr) return;
        if (node->is_tail()) {
            if (levels_match(node->text(), rest)) fn(node->value);
            return;
        }
        const size_t slash = rest.find('/');
        steps.push_back({node, slash == Bytes::npos ? Bytes{} : rest.substr(slash + 1)});
    }

    ChainTable<Exact> exact_;
    LevelTree<Value> wildcards_;
};

}  // namespace grapnel
