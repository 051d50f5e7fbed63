#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::ledger {

// What %u and %c stand for in the filters of one client.
struct Names {
    Names() = default;
    Names(std::string_view of_user, std::string_view of_client) noexcept;

    std::string_view username;
    std::string_view client;
    // Not empty, and free of `/`, `+` and `#`:
    bool username_is_plain = false;
    bool client_is_plain = false;
};

// A topic filter, split once so that matching allocates nothing.
// Rules: MQTT 5.0 section 4.7: `#` includes its parent level, a wildcard in the first level does
// not match a topic that begins with `$`. In a rule's filter %u and %c stand for literal text; a
// name that holds `/`, `+` or `#`, that is empty, or that begins a filter with `$`, is not usable
// there (usable()).
class Filter {
public:
    enum class Placeholders { literal, replaced };

    // Empty where the text is no valid filter. `$share/group/` is part of the text here.
    static std::optional<Filter> parse(std::string_view text, Placeholders placeholders);

    const std::string& text() const noexcept { return text_; }
    bool has_names() const noexcept { return uses_username_ || uses_client_; }
    // May these names be put into this filter without changing what kind of filter it is?
    bool usable(const Names& names) const noexcept;
    // The literal levels in front of the first wildcard or placeholder, without the slash behind
    // them; empty where there are none. A topic that matches begins with these levels.
    std::optional<std::string_view> literal_levels() const noexcept;
    // The filter cut at its first level with a placeholder, `#` there: all that any name could
    // reach.
    Filter widened() const;

    // The three below require usable(names), or no placeholders.
    bool matches(std::string_view topic, const Names& names) const noexcept;
    // Is every topic that `other` matches matched by this filter? `other` has no placeholders.
    bool covers(const Filter& other, const Names& names) const noexcept;
    // Is there a topic that both match? `other` has no placeholders.
    bool overlaps(const Filter& other, const Names& names) const noexcept;

private:
    enum class Kind : std::uint8_t { literal, named, single, multi };
    // How matches() may take a short cut: text only, text and `/#`, or level by level.
    enum class Shape : std::uint8_t { exact, subtree, general };
    struct Level {
        Kind kind;
        std::uint32_t begin;
        std::uint32_t length;
    };

    std::string_view text_of(const Level& level) const noexcept {
        return std::string_view(text_).substr(level.begin, level.length);
    }
    bool matches_levels(std::string_view topic, const Names& names) const noexcept;
    bool equals(const Level& level, std::string_view text, const Names& names) const noexcept;
    void find_shape();
    // Does this level hold a placeholder? Remembers which.
    bool note_names(std::string_view level, bool is_first) noexcept;

    std::string text_;
    std::vector<Level> levels_;
    std::uint32_t prefix_length_ = 0;  // every matching topic begins with this much of the text
    Shape shape_ = Shape::general;
    bool uses_username_ = false;
    bool uses_client_ = false;
    bool begins_with_username_ = false;
    bool begins_with_client_ = false;
};

// The filter of a `$share/group/filter` subscription, the text itself of any other, empty of a
// malformed shared one.
std::optional<std::string_view> without_share(std::string_view filter) noexcept;

}  // namespace grapnel::ledger
