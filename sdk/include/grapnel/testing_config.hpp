#ifndef GN_TESTING_CONFIG_HPP
#define GN_TESTING_CONFIG_HPP

// The configuration that a test gives to a plugin. A part of testing.hpp.

#include <grapnel/plugin_config.hpp>
#include <grapnel/testing_border.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gn::testing {

// A configuration node. Owner: the test; must outlive create or reload. As [plugin.config] would
// be:
//
//     FakeNode::Table{{"prefix", "a/"}, {"limit", 10}, {"timeout", "500ms"}}
class FakeNode {
public:
    using Table = std::vector<std::pair<std::string, FakeNode>>;

    FakeNode(Table members);
    FakeNode(std::vector<FakeNode> items) : kind_(Node::Kind::array), items_(std::move(items)) {}
    FakeNode(const char* text) : kind_(Node::Kind::string), text_(text) {}
    FakeNode(std::string text) : kind_(Node::Kind::string), text_(std::move(text)) {}
    FakeNode(bool flag) : kind_(Node::Kind::boolean), flag_(flag) {}
    template <std::integral T>
    FakeNode(T number) : kind_(Node::Kind::integer), number_(static_cast<std::int64_t>(number)) {}
    FakeNode(double number) : kind_(Node::Kind::real), real_(number) {}

    // The place that messages name: "file:line:column".
    FakeNode& at(std::string where) {
        where_ = std::move(where);
        return *this;
    }
    const gn_node* raw() const noexcept { return reinterpret_cast<const gn_node*>(this); }
    // The keys below this node that nobody asked for, the topmost ones; begins to count anew.
    std::vector<std::string> take_unasked() const;

    static gn_config_api api() noexcept;

private:
    static const FakeNode& of(const gn_node* node) noexcept {
        return *reinterpret_cast<const FakeNode*>(node);
    }
    static gn_status with_unit(const gn_node* node, std::int64_t* out, bool duration) noexcept;
    static void add_values(gn_config_api& api) noexcept;
    const FakeNode* asked() const noexcept {
        asked_ = true;
        return this;
    }

    Node::Kind kind_;
    std::vector<std::string> keys_;
    std::vector<FakeNode> items_;  // values of a table, or items of an array
    std::string text_;
    bool flag_ = false;
    std::int64_t number_ = 0;
    double real_ = 0;
    std::string where_ = "test.toml:1:1";
    mutable bool asked_ = false;
};

namespace detail {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// A number, at most one blank, and a unit.
inline std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                                    std::span<const Unit> units) noexcept {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (rest.size() > 1 && rest.front() == ' ') rest.remove_prefix(1);
    for (const Unit& unit : units) {
        if (rest != unit.name) continue;
        if (number > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

constexpr std::uint64_t kSecondUs = 1'000'000;
constexpr Unit kDurationUnits[] = {{"us", 1},
                                   {"ms", 1000},
                                   {"s", kSecondUs},
                                   {"m", 60 * kSecondUs},
                                   {"h", 3600 * kSecondUs},
                                   {"d", 86'400 * kSecondUs},
                                   {"w", 7 * 86'400 * kSecondUs}};
constexpr Unit kSizeUnits[] = {{"", 1},
                               {"B", 1},
                               {"KiB", 1ull << 10},
                               {"MiB", 1ull << 20},
                               {"GiB", 1ull << 30},
                               {"TiB", 1ull << 40},
                               {"kB", 1000},
                               {"KB", 1000},
                               {"MB", 1'000'000},
                               {"GB", 1'000'000'000},
                               {"TB", 1'000'000'000'000}};

}  // namespace detail

inline FakeNode::FakeNode(Table members) : kind_(Node::Kind::table) {
    for (auto& [key, value] : members) {
        keys_.push_back(key);
        items_.push_back(std::move(value));
    }
}

inline std::vector<std::string> FakeNode::take_unasked() const {
    std::vector<std::string> found;
    for (std::size_t index = 0; index < items_.size(); ++index) {
        const bool asked = std::exchange(items_[index].asked_, false);
        std::vector<std::string> below = items_[index].take_unasked();
        if (asked) {
            found.insert(found.end(), below.begin(), below.end());
        } else {
            found.push_back(kind_ == Node::Kind::table ? keys_[index] : std::to_string(index));
        }
    }
    return found;
}

inline gn_status FakeNode::with_unit(const gn_node* node, std::int64_t* out,
                                     bool duration) noexcept {
    if (node == nullptr || out == nullptr) return GN_E_INVALID;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const FakeNode& self = of(node);
    const std::uint64_t unit = duration ? detail::kSecondUs : 1;
    std::optional<std::uint64_t> value;
    if (self.kind_ == Node::Kind::string) {
        value = duration ? detail::parse_with_unit(self.text_, detail::kDurationUnits)
                         : detail::parse_with_unit(self.text_, detail::kSizeUnits);
    } else if (self.kind_ == Node::Kind::integer && self.number_ >= 0 &&
               static_cast<std::uint64_t>(self.number_) <= kMost / unit) {
        value = static_cast<std::uint64_t>(self.number_) * unit;
    }
    if (!value || *value > kMost) return GN_E_INVALID;
    *out = static_cast<std::int64_t>(*value);
    return GN_OK;
}

inline void FakeNode::add_values(gn_config_api& api) noexcept {
    api.str = [](const gn_node* node, gn_str* out) -> gn_status {
        if (node == nullptr || out == nullptr || of(node).kind_ != Node::Kind::string)
            return GN_E_INVALID;
        *out = str(of(node).text_);
        return GN_OK;
    };
    api.i64 = [](const gn_node* node, std::int64_t* out) -> gn_status {
        if (node == nullptr || out == nullptr || of(node).kind_ != Node::Kind::integer)
            return GN_E_INVALID;
        *out = of(node).number_;
        return GN_OK;
    };
    api.f64 = [](const gn_node* node, double* out) -> gn_status {
        if (node == nullptr || out == nullptr) return GN_E_INVALID;
        const FakeNode& self = of(node);
        if (self.kind_ != Node::Kind::real && self.kind_ != Node::Kind::integer)
            return GN_E_INVALID;
        *out = self.kind_ == Node::Kind::real ? self.real_ : static_cast<double>(self.number_);
        return GN_OK;
    };
    api.flag = [](const gn_node* node, std::int32_t* out) -> gn_status {
        if (node == nullptr || out == nullptr || of(node).kind_ != Node::Kind::boolean)
            return GN_E_INVALID;
        *out = of(node).flag_ ? 1 : 0;
        return GN_OK;
    };
    api.duration_us = [](const gn_node* node, std::int64_t* out) {
        return with_unit(node, out, true);
    };
    api.size_bytes = [](const gn_node* node, std::int64_t* out) {
        return with_unit(node, out, false);
    };
}

inline gn_config_api FakeNode::api() noexcept {
    gn_config_api api{};
    api.size = sizeof(api);
    api.get = [](const gn_node* node, gn_str key) -> const gn_node* {
        if (node == nullptr) return nullptr;
        const FakeNode& table = of(node);
        for (std::size_t index = 0; index < table.keys_.size(); ++index) {
            if (table.keys_[index] == view(key)) return table.items_[index].asked()->raw();
        }
        return nullptr;
    };
    api.at = [](const gn_node* node, std::uint32_t index) -> const gn_node* {
        if (node == nullptr || index >= of(node).items_.size()) return nullptr;
        return of(node).items_[index].asked()->raw();
    };
    api.key = [](const gn_node* node, std::uint32_t index) {
        const bool there = node != nullptr && index < of(node).keys_.size();
        return there ? str(of(node).keys_[index]) : gn_str{nullptr, 0};
    };
    api.count = [](const gn_node* node) {
        return node == nullptr ? 0 : static_cast<std::uint32_t>(of(node).items_.size());
    };
    api.kind = [](const gn_node* node) {
        return node == nullptr ? 0 : static_cast<std::int32_t>(of(node).kind_);
    };
    api.where = [](const gn_node* node) {
        return node == nullptr ? gn_str{nullptr, 0} : str(of(node).where_);
    };
    add_values(api);
    return api;
}

}  // namespace gn::testing

#endif
