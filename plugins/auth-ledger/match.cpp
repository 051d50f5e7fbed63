#include "match.h"

#include <algorithm>
#include <limits>

namespace grapnel::ledger {

namespace {

constexpr std::string_view kUsername = "%u";
constexpr std::string_view kClient = "%c";
constexpr std::string_view kSharePrefix = "$share/";
constexpr std::size_t kFilterBytesMax = std::numeric_limits<std::uint16_t>::max();

// A `+` or `#` is a wildcard only as a whole level; inside one it makes the filter invalid.
bool is_wildcard_free(std::string_view level) noexcept {
    return level.find_first_of("+#") == std::string_view::npos;
}

// A name that can stand in a filter without changing its levels.
bool is_plain(std::string_view name) noexcept {
    if (name.empty()) return false;
    for (const char character : name) {
        if (character == '/' || character == '+' || character == '#') return false;
    }
    return true;
}

// Takes the next level off the rest of a topic; `more` says whether another one follows.
std::string_view take_level(std::string_view& rest, bool& more) noexcept {
    const std::size_t slash = rest.find('/');
    more = slash != std::string_view::npos;
    const std::string_view level = rest.substr(0, slash);
    rest = more ? rest.substr(slash + 1) : std::string_view{};
    return level;
}

}  // namespace

Names::Names(std::string_view of_user, std::string_view of_client) noexcept
    : username(of_user),
      client(of_client),
      username_is_plain(is_plain(of_user)),
      client_is_plain(is_plain(of_client)) {}

std::optional<Filter> Filter::parse(std::string_view text, Placeholders placeholders) {
    if (text.empty() || text.size() > kFilterBytesMax) return std::nullopt;
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    Filter filter;
    filter.text_ = text;
    std::size_t begin = 0;
    for (bool more = true; more;) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        more = end < text.size();
        const std::string_view level = text.substr(begin, end - begin);
        Kind kind = Kind::literal;
        if (level == "+") {
            kind = Kind::single;
        } else if (level == "#" && !more) {
            kind = Kind::multi;
        } else if (!is_wildcard_free(level)) {
            return std::nullopt;
        } else if (placeholders == Placeholders::replaced && filter.note_names(level, begin == 0)) {
            if (begin == 0 && level.front() == '$') return std::nullopt;
            kind = Kind::named;
        }
        filter.levels_.push_back(
            {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)});
        begin = end + 1;
    }
    filter.find_shape();
    return filter;
}

// The literal levels in front let matches() turn most topics away with one comparison.
void Filter::find_shape() {
    const auto special = std::find_if(levels_.begin(), levels_.end(), [](const Level& level) {
        return level.kind != Kind::literal;
    });
    if (special == levels_.end()) {
        shape_ = Shape::exact;
        prefix_length_ = static_cast<std::uint32_t>(text_.size());
        return;
    }
    prefix_length_ = special->begin;
    if (special->kind != Kind::multi) return;
    // A topic that ends before `/#` matches too, so the slash is no part of the prefix.
    if (prefix_length_ > 0) --prefix_length_;
    if (prefix_length_ > 0) shape_ = Shape::subtree;
}

bool Filter::note_names(std::string_view level, bool is_first) noexcept {
    const bool username = level.find(kUsername) != std::string_view::npos;
    const bool client = level.find(kClient) != std::string_view::npos;
    uses_username_ |= username;
    uses_client_ |= client;
    if (is_first) {
        begins_with_username_ = level.starts_with(kUsername);
        begins_with_client_ = level.starts_with(kClient);
    }
    return username || client;
}

bool Filter::usable(const Names& names) const noexcept {
    if (uses_username_ && !names.username_is_plain) return false;
    if (uses_client_ && !names.client_is_plain) return false;
    if (begins_with_username_ && names.username.front() == '$') return false;
    return !(begins_with_client_ && names.client.front() == '$');
}

std::optional<std::string_view> Filter::literal_levels() const noexcept {
    const auto special = std::find_if(levels_.begin(), levels_.end(), [](const Level& level) {
        return level.kind != Kind::literal;
    });
    if (special == levels_.begin()) return std::nullopt;
    const Level& last = *std::prev(special);
    return std::string_view(text_).substr(0, last.begin + last.length);
}

Filter Filter::widened() const {
    const auto named = std::find_if(levels_.begin(), levels_.end(),
                                    [](const Level& level) { return level.kind == Kind::named; });
    if (named == levels_.end()) return *this;
    // The prefix was valid and is followed by a whole `#`, so it parses.
    return *parse(text_.substr(0, named->begin) + "#", Placeholders::literal);
}

// Compares the level piece by piece, a placeholder by its name; requires usable(names).
bool Filter::equals(const Level& level, std::string_view text, const Names& names) const noexcept {
    std::string_view pattern = text_of(level);
    if (level.kind == Kind::literal) return pattern == text;
    while (!pattern.empty()) {
        std::string_view piece = pattern.substr(0, 1);
        std::size_t used = 1;
        if (pattern.starts_with(kUsername)) {
            piece = names.username;
            used = kUsername.size();
        } else if (pattern.starts_with(kClient)) {
            piece = names.client;
            used = kClient.size();
        }
        if (!text.starts_with(piece)) return false;
        text.remove_prefix(piece.size());
        pattern.remove_prefix(used);
    }
    return text.empty();
}

bool Filter::matches(std::string_view topic, const Names& names) const noexcept {
    const std::size_t prefix = prefix_length_;
    if (topic.size() < prefix ||
        topic.substr(0, prefix) != std::string_view(text_).substr(0, prefix))
        return false;
    switch (shape_) {
        case Shape::exact: return topic.size() == prefix;
        case Shape::subtree: return topic.size() == prefix || topic[prefix] == '/';
        case Shape::general: break;
    }
    return matches_levels(topic, names);
}

// `+` and `#` at index 0 do not see topics that begin with `$` (MQTT 5.0 section 4.7.2).
bool Filter::matches_levels(std::string_view topic, const Names& names) const noexcept {
    if (topic.empty()) return false;
    const bool hidden = topic.front() == '$';
    bool more = true;
    for (std::size_t index = 0; index < levels_.size(); ++index) {
        const Level& level = levels_[index];
        const bool wild = level.kind == Kind::multi || level.kind == Kind::single;
        if (wild && index == 0 && hidden) return false;
        if (level.kind == Kind::multi) return true;
        if (!more) return false;
        const std::string_view text = take_level(topic, more);
        if (!wild && !equals(level, text, names)) return false;
    }
    return !more;
}

// Walks both filters at once; the first level at which they differ in kind decides.
bool Filter::covers(const Filter& other, const Names& names) const noexcept {
    for (std::size_t index = 0;; ++index) {
        const Level* mine = index < levels_.size() ? &levels_[index] : nullptr;
        const Level* theirs = index < other.levels_.size() ? &other.levels_[index] : nullptr;
        const bool hidden =
            index == 0 && theirs->kind == Kind::literal && other.text_of(*theirs).starts_with('$');
        if (mine != nullptr && mine->kind == Kind::multi) return !hidden;
        if (theirs == nullptr) return mine == nullptr;
        if (mine == nullptr) return false;
        if (theirs->kind == Kind::multi) {
            // A topic has at least one level, so `+/#` is as wide as `#`; deeper, `#` includes its
            // parent.
            return index == 0 && levels_.size() == 2 && mine->kind == Kind::single &&
                   levels_[1].kind == Kind::multi;
        }
        if (mine->kind == Kind::single) {
            if (hidden) return false;
        } else if (theirs->kind == Kind::single || !equals(*mine, other.text_of(*theirs), names)) {
            return false;
        }
    }
}

// Both are walked as long as a common topic is still possible; `#` on either side ends the walk.
bool Filter::overlaps(const Filter& other, const Names& names) const noexcept {
    for (std::size_t index = 0;; ++index) {
        const Level* mine = index < levels_.size() ? &levels_[index] : nullptr;
        const Level* theirs = index < other.levels_.size() ? &other.levels_[index] : nullptr;
        const bool mine_wild =
            mine != nullptr && (mine->kind == Kind::multi || mine->kind == Kind::single);
        const bool theirs_wild =
            theirs != nullptr && (theirs->kind == Kind::multi || theirs->kind == Kind::single);
        if (index == 0) {
            // A named level never begins with `$`: usable() and parse() see to it.
            if (mine_wild && !theirs_wild && other.text_of(*theirs).starts_with('$')) return false;
            if (theirs_wild && !mine_wild && text_of(*mine).starts_with('$')) return false;
        }
        if (mine != nullptr && mine->kind == Kind::multi) return true;
        if (theirs != nullptr && theirs->kind == Kind::multi) return true;
        if (mine == nullptr || theirs == nullptr) return mine == theirs;
        if (mine_wild || theirs_wild) continue;
        if (!equals(*mine, other.text_of(*theirs), names)) return false;
    }
}

std::optional<std::string_view> without_share(std::string_view filter) noexcept {
    if (!filter.starts_with(kSharePrefix)) {
        if (filter == kSharePrefix.substr(0, kSharePrefix.size() - 1)) return std::nullopt;
        return filter;
    }
    const std::string_view rest = filter.substr(kSharePrefix.size());
    const std::size_t slash = rest.find('/');
    if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
    if (!is_wildcard_free(rest.substr(0, slash)) || slash + 1 == rest.size()) return std::nullopt;
    return rest.substr(slash + 1);
}

}  // namespace grapnel::ledger
