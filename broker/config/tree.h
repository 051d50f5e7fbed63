#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grapnel::config {

// Where a key or value stands in a file. Lines and columns count from 1; 0 = unknown.
struct Where {
    std::shared_ptr<const std::string> file;
    uint32_t line = 0;
    uint32_t column = 0;

    std::string text() const;  // "file:line:column"
};

enum class Kind : uint8_t { none, table, array, string, integer, floating, boolean };

std::string_view kind_name(Kind kind);  // "a table", "a string", …

// One value of a configuration, whatever its file format was. A Tree owns it and its children.
// Threads: the accessors of value and children mark nodes as used, so a tree belongs to one thread
// at a time.
class Node {
public:
    Kind kind() const { return kind_; }

    // The key in the parent table; empty for array elements and the root.
    const std::string& key() const { return key_; }
    const Where& where() const { return where_; }

    // Children of a table, in the order of the file, or of an array; 0 for all other kinds.
    size_t size() const { return children_.size(); }

    // A child by its key, or nullptr. The child counts as used.
    const Node* find(std::string_view key) const;

    // A child by its index, or nullptr. The child counts as used.
    const Node* at(size_t index) const;

    // A child by its index, which must be below size(). It does not count as used.
    const Node& peek(size_t index) const { return *children_[index]; }

    // The key of a table's child; empty when there is none.
    std::string_view key_at(size_t index) const;

    // The value, when the kind is the asked one. as_double takes an integer too.
    std::optional<std::string_view> as_string() const;
    std::optional<int64_t> as_int() const;
    std::optional<double> as_double() const;
    std::optional<bool> as_bool() const;

    bool used() const { return used_; }
    void mark_used() const { used_ = true; }

    // Building, before the tree is shared.
    Node& peek(size_t index) { return *children_[index]; }
    void set_where(Where where) { where_ = std::move(where); }
    void set_table() { kind_ = Kind::table; }
    void set_array() { kind_ = Kind::array; }
    void set_string(std::string value);
    void set_int(int64_t value);
    void set_double(double value);
    void set_bool(bool value);
    void append(Node* child) { children_.push_back(child); }

private:
    friend class Tree;
    Node(Kind kind, std::string key, Where where);

    Kind kind_;
    mutable bool used_ = false;
    bool boolean_ = false;
    int64_t integer_ = 0;
    double floating_ = 0;
    std::string string_;
    std::string key_;
    Where where_;
    std::vector<Node*> children_;
};

// Owns its nodes; they never move and live until the tree ends.
class Tree {
public:
    Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Node& root() { return *root_; }
    const Node& root() const { return *root_; }

    // A node that hangs nowhere yet.
    Node* make(Kind kind, std::string key, Where where);

private:
    std::deque<Node> nodes_;
    Node* root_;
};

// All of a node in one line: equal settings give equal texts. Does not count as use.
std::string text_of(const Node& node);

// The topmost nodes below `root` that nobody asked for, in the order of the files: a node that was
// not used stands for all below it.
std::vector<const Node*> unused_nodes(const Node& root);

}  // namespace grapnel::config
