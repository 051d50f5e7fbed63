#ifndef GN_PLUGIN_CONFIG_HPP
#define GN_PLUGIN_CONFIG_HPP

// The configuration of a plugin. A part of plugin.hpp.

#include <grapnel/plugin_basics.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gn {

// What a Node throws; the text begins with "file:line:column: ".
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The candidate nearest to a misspelt word, or nothing where none is near enough to be meant.
inline std::string_view closest(std::string_view word,
                                std::initializer_list<std::string_view> candidates) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t column = 0; column < row.size(); ++column) row[column] = column;
        for (std::size_t line = 0; line < word.size(); ++line) {
            std::size_t diagonal = row[0];
            row[0] = line + 1;
            for (std::size_t column = 1; column < row.size(); ++column) {
                const std::size_t change =
                    diagonal + (word[line] == candidate[column - 1] ? std::size_t{0} : 1);
                diagonal = row[column];
                row[column] = std::min({row[column] + 1, row[column - 1] + 1, change});
            }
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

// A place in the plugin's configuration. Thread: main. Lifetime: until create or reload returns.
// Accessors of an absent node answer the fallback; a node of another type throws ConfigError.
class Node {
public:
    enum class Kind : std::int32_t { none, table, array, string, integer, real, boolean };

    Node() = default;
    Node(const gn_host* host, const gn_node* raw, const gn_node* parent = nullptr) noexcept
        : host_(host), raw_(raw), parent_(parent) {}

    // Is there such a node?
    explicit operator bool() const noexcept { return kind() != Kind::none; }
    Kind kind() const noexcept {
        return raw_ == nullptr ? Kind::none : static_cast<Kind>(host_->config->kind(raw_));
    }
    // How many members a table or items an array has.
    std::size_t size() const noexcept { return raw_ == nullptr ? 0 : host_->config->count(raw_); }
    // The name of a table's member; index < size().
    std::string_view key(std::size_t index) const noexcept {
        return view(host_->config->key(raw_, static_cast<std::uint32_t>(index)));
    }
    // A table's member; absent where this is no table. The host marks it as read.
    Node operator[](std::string_view name) const noexcept {
        return {host_, raw_ == nullptr ? nullptr : host_->config->get(raw_, str(name)), raw_};
    }
    // An array's item; absent behind the last one.
    Node at(std::size_t index) const noexcept {
        if (raw_ == nullptr) return {};
        return {host_, host_->config->at(raw_, static_cast<std::uint32_t>(index)), raw_};
    }
    // "file:line:column", for messages about this node.
    std::string where() const {
        return raw_ == nullptr ? std::string{} : std::string(view(host_->config->where(raw_)));
    }

    // The text lives as long as the node.
    std::string_view str_or(std::string_view fallback) const {
        gn_str out{};
        return read(out, &gn_config_api::str, "a string") ? view(out) : fallback;
    }
    std::int64_t i64_or(std::int64_t fallback) const {
        std::int64_t out = 0;
        return read(out, &gn_config_api::i64, "an integer") ? out : fallback;
    }
    double f64_or(double fallback) const {
        double out = 0;
        return read(out, &gn_config_api::f64, "a number") ? out : fallback;
    }
    // "500ms", "1h", or seconds.
    std::int64_t duration_ms_or(std::int64_t fallback) const {
        std::int64_t out = 0;
        if (!read(out, &gn_config_api::duration_us, "a duration such as \"500ms\""))
            return fallback;
        return out / 1000;
    }
    std::int64_t duration_us_or(std::int64_t fallback) const {
        std::int64_t out = 0;
        return read(out, &gn_config_api::duration_us, "a duration such as \"500us\"") ? out
                                                                                      : fallback;
    }
    // "64 KiB", "10 MB", or bytes.
    std::int64_t bytes_or(std::int64_t fallback) const {
        std::int64_t out = 0;
        return read(out, &gn_config_api::size_bytes, "a size such as \"64 MiB\"") ? out : fallback;
    }
    bool flag_or(bool fallback) const {
        std::int32_t out = 0;
        return read(out, &gn_config_api::flag, "true or false") ? out != 0 : fallback;
    }

    // A path as the operator writes it: a relative one begins at the folder of the file in which
    // it stands.
    std::string path_or(std::string_view fallback) const {
        std::string path(str_or(fallback));
        if (kind() == Kind::none || path.empty() || path.front() == '/') return path;
        const std::string place = where();
        const std::size_t slash = place.rfind('/');
        return slash == std::string::npos ? path : place.substr(0, slash + 1) + path;
    }
    // The strings of an array; a string by itself is an array of one. Nothing where it is absent.
    std::vector<std::string_view> strings() const {
        std::vector<std::string_view> out;
        if (kind() == Kind::none) return out;
        if (kind() != Kind::array) return {str_or({})};
        for (std::size_t index = 0; index < size(); ++index) out.push_back(at(index).str_or({}));
        return out;
    }

    // Throws for the first key of this table that is not one of those.
    void expect_keys(std::initializer_list<std::string_view> known) const {
        for (std::size_t index = 0; kind() == Kind::table && index < size(); ++index) {
            const std::string_view name = key(index);
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            std::string text = "unknown key \"" + std::string(name) + "\"";
            const std::string_view meant = closest(name, known);
            if (!meant.empty()) text += ", did you mean \"" + std::string(meant) + "\"?";
            (*this)[name].fault(text);
        }
    }
    // Throws a ConfigError about this place.
    [[noreturn]] void fault(std::string_view text) const {
        throw ConfigError(where() + ": " + std::string(text));
    }

private:
    template <class T>
    bool read(T& out, gn_status (*gn_config_api::*entry)(const gn_node*, T*),
              const char* expected) const {
        if (kind() == Kind::none) return false;
        if ((host_->config->*entry)(raw_, &out) != GN_OK)
            fault(name() + "expected " + expected + ", found " + found());
        return true;
    }
    // `key: ` where a table has this node. Marks the other keys as read: for faults alone.
    std::string name() const {
        const Node parent(host_, parent_);
        for (std::size_t index = 0; parent.kind() == Kind::table && index < parent.size(); ++index)
            if (parent[parent.key(index)].raw_ == raw_)
                return std::string(parent.key(index)) + ": ";
        return {};
    }
    // What stands there instead.
    std::string found() const {
        gn_str text{};
        std::int64_t number = 0;
        double real = 0;
        switch (kind()) {
            case Kind::string:
                if (host_->config->str(raw_, &text) != GN_OK) return "a string";
                return '"' + std::string(view(text)) + '"';
            case Kind::integer:
                return host_->config->i64(raw_, &number) == GN_OK ? std::to_string(number)
                                                                  : "an integer";
            case Kind::real:
                return host_->config->f64(raw_, &real) == GN_OK ? std::to_string(real) : "a number";
            case Kind::boolean: return "true or false";
            case Kind::table: return "a table";
            case Kind::array: return "an array";
            case Kind::none: break;
        }
        return "nothing";
    }

    const gn_host* host_ = nullptr;
    const gn_node* raw_ = nullptr;
    const gn_node* parent_ = nullptr;
};

}  // namespace gn

#endif
