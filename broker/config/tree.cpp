#include "config/tree.h"

#include <utility>

namespace grapnel::config {

std::string Where::text() const {
    std::string out = file ? *file : std::string("configuration");
    if (line == 0) return out;
    out += ':';
    out += std::to_string(line);
    out += ':';
    out += std::to_string(column);
    return out;
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::none: return "nothing";
        case Kind::table: return "a table";
        case Kind::array: return "an array";
        case Kind::string: return "a string";
        case Kind::integer: return "an integer";
        case Kind::floating: return "a number with a fraction";
        case Kind::boolean: return "a boolean";
    }
    return "nothing";
}

Node::Node(Kind kind, std::string key, Where where)
    : kind_(kind), key_(std::move(key)), where_(std::move(where)) {}

const Node* Node::find(std::string_view key) const {
    if (kind_ != Kind::table) return nullptr;
    for (const Node* child : children_) {
        if (child->key_ == key) {
            child->used_ = true;
            return child;
        }
    }
    return nullptr;
}

const Node* Node::at(size_t index) const {
    if (index >= children_.size()) return nullptr;
    children_[index]->used_ = true;
    return children_[index];
}

std::string_view Node::key_at(size_t index) const {
    if (kind_ != Kind::table || index >= children_.size()) return {};
    return children_[index]->key_;
}

std::optional<std::string_view> Node::as_string() const {
    if (kind_ != Kind::string) return std::nullopt;
    return string_;
}

std::optional<int64_t> Node::as_int() const {
    if (kind_ != Kind::integer) return std::nullopt;
    return integer_;
}

std::optional<double> Node::as_double() const {
    if (kind_ == Kind::integer) return static_cast<double>(integer_);
    if (kind_ != Kind::floating) return std::nullopt;
    return floating_;
}

std::optional<bool> Node::as_bool() const {
    if (kind_ != Kind::boolean) return std::nullopt;
    return boolean_;
}

void Node::set_string(std::string value) {
    kind_ = Kind::string;
    string_ = std::move(value);
}

void Node::set_int(int64_t value) {
    kind_ = Kind::integer;
    integer_ = value;
}

void Node::set_double(double value) {
    kind_ = Kind::floating;
    floating_ = value;
}

void Node::set_bool(bool value) {
    kind_ = Kind::boolean;
    boolean_ = value;
}

Tree::Tree() : root_(make(Kind::table, {}, {})) {}

Node* Tree::make(Kind kind, std::string key, Where where) {
    nodes_.push_back(Node(kind, std::move(key), std::move(where)));
    return &nodes_.back();
}

namespace {

void collect_unused(const Node& parent, std::vector<const Node*>& out) {
    for (size_t i = 0; i < parent.size(); ++i) {
        const Node& child = parent.peek(i);
        if (!child.used()) {
            out.push_back(&child);
        } else {
            collect_unused(child, out);
        }
    }
}

}  // namespace

std::string text_of(const Node& node) {
    std::string text(kind_name(node.kind()));
    if (const auto value = node.as_string())
        text += ' ' + std::to_string(value->size()) + ' ' + std::string(*value);
    if (const auto value = node.as_bool()) text += *value ? " true" : " false";
    if (const auto value = node.as_int())
        text += ' ' + std::to_string(*value);
    else if (const auto real = node.as_double())
        text += ' ' + std::to_string(*real);
    text += '{';
    for (size_t index = 0; index < node.size(); ++index)
        text += std::string(node.key_at(index)) + '=' + text_of(node.peek(index)) + ';';
    return text += '}';
}

std::vector<const Node*> unused_nodes(const Node& root) {
    std::vector<const Node*> out;
    collect_unused(root, out);
    return out;
}

}  // namespace grapnel::config
