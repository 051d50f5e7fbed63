#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "topics/chain_table.h"
#include "topics/filter.h"

namespace grapnel {

// 32 well mixed bits of a text under a parent.
inline uint32_t level_hash(const void* parent, Bytes text) {
    uint64_t hash = BytesHash{}(text) ^ reinterpret_cast<uintptr_t>(parent);
    hash *= 0x9e3779b97f4a7c15u;
    return static_cast<uint32_t>(hash >> 32);
}

// Topics or filters by level, a Value at each. A branch that holds one text only is one leaf with
// all remaining levels in it, so that a text costs one node until another shares more of its
// beginning. Value is default constructible and has `bool empty() const`: what is empty may be
// given back with release(). Nothing here recurses. Nodes do not move, and those that are there
// keep their order among each other, parents before children; a new one comes before its siblings.
// No locking. Invariant: a node whose text has more than one level has no children and is called a
// tail.
template <class Value>
class LevelTree {
public:
    struct Node {
        Node* chain = nullptr;
        Node* parent = nullptr;
        Node* first_child = nullptr;
        Node* next = nullptr;  // siblings
        Node* previous = nullptr;
        uint32_t hash = 0;
        uint16_t text_size = 0;
        bool has_plus = false;  // a child begins with the level +
        bool has_hash = false;  // or is #
        Value value;

        // Follows the node in its block.
        char* data() { return reinterpret_cast<char*>(this + 1); }
        Bytes text() const { return {reinterpret_cast<const char*>(this + 1), text_size}; }
        bool is_tail() const { return text().find('/') != Bytes::npos; }
    };

    LevelTree() = default;
    ~LevelTree() { table_.drain(destroy); }
    LevelTree(const LevelTree&) = delete;
    LevelTree& operator=(const LevelTree&) = delete;

    const Node* root() const { return &root_; }

    // The child whose first level is `level`, or null.
    Node* child(const Node* parent, Bytes level) const {
        return table_.find(level_hash(parent, level), [&](const Node& node) {
            return node.parent == parent && first_level(node.text()) == level;
        });
    }

    // The node of the whole text, or null.
    Node* find(Bytes text) const {
        const Node* parent = &root_;
        for (;;) {
            const Bytes level = first_level(text);
            Node* node = child(parent, level);
            if (node == nullptr || node->text() == text) return node;
            if (level.size() == text.size() || node->is_tail()) return nullptr;
            parent = node;
            text.remove_prefix(level.size() + 1);
        }
    }

    // The node of the whole text, made if need be. Requires: the text fits in 65535 bytes.
    Node* obtain(Bytes text) {
        Node* parent = &root_;
        for (;;) {
            const Bytes level = first_level(text);
            Node* node = child(parent, level);
            if (node == nullptr) {
                node = create(text);
                link(node, parent);
                return node;
            }
            if (node->text() == text) return node;
            if (node->is_tail()) node = split(node);
            if (level.size() == text.size()) return node;
            parent = node;
            text.remove_prefix(level.size() + 1);
        }
    }

    // Calls fn(const Node&) for the next `count` nodes or so, inner ones too: see ChainTable::scan.
    template <class Fn>
    void scan(TreeScan& at, size_t count, Fn fn) const {
        at.disturbed = at.disturbed || (at.begun && at.splits != splits_);
        at.begun = true;
        at.splits = splits_;
        table_.scan(at.table, count, fn);
    }

    // The text that leads to the node, which is not the root.
    std::string text_of(const Node& node) const {
        std::vector<const Node*> path;
        for (const Node* at = &node; at != &root_; at = at->parent) path.push_back(at);
        std::string text;
        while (!path.empty()) {
            text += path.back()->text();
            path.pop_back();
            if (!path.empty()) text += '/';
        }
        return text;
    }

    // Frees the node if it holds no value and leads nowhere, and then what led to it only.
    void release(Node* node) {
        while (node != &root_ && node->value.empty() && node->first_child == nullptr) {
            Node* parent = node->parent;
            unlink(node);
            destroy(node);
            node = parent;
        }
    }

private:
    static Node* create(Bytes text) {
        GN_ASSERT(text.size() <= 65535);
        void* block = ::operator new(sizeof(Node) + text.size());
        Node* node = new (block) Node();
        node->text_size = static_cast<uint16_t>(text.size());
        if (!text.empty()) std::memcpy(node->data(), text.data(), text.size());
        return node;
    }

    static void destroy(Node* node) {
        node->~Node();
        ::operator delete(node);
    }

    // Behind `previous`, or before all siblings.
    void link(Node* node, Node* parent, Node* previous = nullptr) {
        const Bytes level = first_level(node->text());
        node->parent = parent;
        node->hash = level_hash(parent, level);
        Node*& place = previous == nullptr ? parent->first_child : previous->next;
        node->previous = previous;
        node->next = place;
        if (node->next != nullptr) node->next->previous = node;
        place = node;
        if (level == "+") parent->has_plus = true;
        if (level == "#") parent->has_hash = true;
        table_.insert(node);
    }

    void unlink(Node* node) {
        Node* parent = node->parent;
        const Bytes level = first_level(node->text());
        if (level == "+") parent->has_plus = false;
        if (level == "#") parent->has_hash = false;
        table_.erase(node);
        if (node->previous != nullptr) node->previous->next = node->next;
        if (node->next != nullptr) node->next->previous = node->previous;
        if (parent->first_child == node) parent->first_child = node->next;
    }

    // Puts a node of the tail's first level above it, in its place among its siblings; returns
    // that.
    Node* split(Node* tail) {
        ++splits_;
        Node* parent = tail->parent;
        const Bytes text = tail->text();
        const Bytes level = first_level(text);
        Node* above = create(level);
        unlink(tail);
        const Bytes rest = text.substr(level.size() + 1);
        std::memmove(tail->data(), rest.data(), rest.size());
        tail->text_size = static_cast<uint16_t>(rest.size());
        link(above, parent, tail->previous);
        link(tail, above);
        return above;
    }

    Node root_;
    ChainTable<Node> table_;
    uint64_t splits_ = 0;
};

}  // namespace grapnel
