#include <forward_list>
#include <limits>
#include <optional>

#include "config/tree.h"
#include "config/value.h"
#include "hooks/abi.h"
#include "hooks/host_api.h"

namespace grapnel {

namespace {

thread_local std::forward_list<std::string> config_texts;

const config::Node* node_of(const gn_node* node) {
    return reinterpret_cast<const config::Node*>(node);
}

const gn_node* handle_of(const config::Node* node) {
    return reinterpret_cast<const gn_node*>(node);
}

const gn_node* get(const gn_node* table, gn_str key) {
    Bytes text;
    if (table == nullptr || !from_abi(key, text)) return nullptr;
    return handle_of(node_of(table)->find(text));
}

const gn_node* at(const gn_node* array, uint32_t index) {
    return array == nullptr ? nullptr : handle_of(node_of(array)->at(index));
}

gn_str key(const gn_node* table, uint32_t index) {
    return table == nullptr ? gn_str{} : to_abi(node_of(table)->key_at(index));
}

uint32_t count(const gn_node* node) {
    return node == nullptr ? 0 : static_cast<uint32_t>(node_of(node)->size());
}

int32_t kind(const gn_node* node) {
    return node == nullptr ? 0 : static_cast<int32_t>(node_of(node)->kind());
}

// The value behind one of Node's accessors; anything but that kind is GN_E_INVALID.
template <class Value, class Out>
gn_status read(const gn_node* node, std::optional<Value> (config::Node::*as)() const, Out* out) {
    if (node == nullptr || out == nullptr) return GN_E_INVALID;
    const std::optional<Value> value = (node_of(node)->*as)();
    if (!value) return GN_E_INVALID;
    *out = static_cast<Out>(*value);
    return GN_OK;
}

gn_status str(const gn_node* node, gn_str* out) {
    Bytes text;
    const gn_status status = read(node, &config::Node::as_string, &text);
    if (status == GN_OK && out != nullptr) *out = to_abi(text);
    return out == nullptr ? GN_E_INVALID : status;
}

gn_status i64(const gn_node* node, int64_t* out) { return read(node, &config::Node::as_int, out); }

gn_status f64(const gn_node* node, double* out) {
    return read(node, &config::Node::as_double, out);
}

gn_status flag(const gn_node* node, int32_t* out) {
    return read(node, &config::Node::as_bool, out);
}

// A number alone counts in `unit`.
gn_status with_unit(const gn_node* node, int64_t* out, uint64_t unit,
                    std::optional<uint64_t> (*parse)(std::string_view)) {
    if (node == nullptr || out == nullptr) return GN_E_INVALID;
    constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    std::optional<uint64_t> value;
    if (const auto text = node_of(node)->as_string()) value = parse(*text);
    const auto number = node_of(node)->as_int();
    if (number && *number >= 0 && static_cast<uint64_t>(*number) <= kMost / unit)
        value = static_cast<uint64_t>(*number) * unit;
    if (!value || *value > kMost) return GN_E_INVALID;
    *out = static_cast<int64_t>(*value);
    return GN_OK;
}

gn_status duration_us(const gn_node* node, int64_t* out) {
    return with_unit(node, out, 1'000'000, config::parse_duration_us);
}

gn_status size_bytes(const gn_node* node, int64_t* out) {
    return with_unit(node, out, 1, config::parse_size_bytes);
}

gn_str where(const gn_node* node) {
    if (node == nullptr) return {};
    return to_abi(config_texts.emplace_front(node_of(node)->where().text()));
}

}  // namespace

void HostApi::forget_config_texts() { config_texts.clear(); }

const gn_config_api HostApi::config{
    sizeof(gn_config_api), 0,          get, at, key, count, kind, str, i64, f64, flag, where,
    duration_us,           size_bytes,
};

}  // namespace grapnel
