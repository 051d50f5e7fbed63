#ifndef GN_PLUGIN_TOPICS_HPP
#define GN_PLUGIN_TOPICS_HPP

// Topics and filters as text (MQTT 5.0, 1.5.4, 4.7 and 4.8.2). A part of plugin.hpp; allocates
// nothing.

#include <grapnel/plugin_text.hpp>

#include <cstddef>
#include <string_view>

namespace gn {

inline constexpr std::size_t kStringBytesMax = 65'535;

// A UTF-8 string as MQTT has it: well-formed, without U+0000, and not too long.
inline bool is_mqtt_string(std::string_view text) noexcept {
    return text.size() <= kStringBytesMax && text.find('\0') == std::string_view::npos &&
           is_utf8(text);
}

// May a message be published to this?
inline bool is_topic_name(std::string_view text) noexcept {
    return !text.empty() && text.find_first_of("+#") == std::string_view::npos &&
           is_mqtt_string(text);
}

// Is the topic, or the filter, this prefix or something below it? "a/b" is above "a/b" and "a/b/c",
// not above "a/bc". Nothing is below the empty prefix.
inline bool topic_below(std::string_view topic, std::string_view prefix) noexcept {
    return !prefix.empty() && topic.starts_with(prefix) &&
           (topic.size() == prefix.size() || topic[prefix.size()] == '/');
}

// How long "$share/NAME/" at the beginning of a filter is; 0 where the filter is not shared.
inline std::size_t share_length(std::string_view filter) noexcept {
    constexpr std::string_view kShare = "$share/";
    if (!filter.starts_with(kShare)) return 0;
    const std::size_t slash = filter.find('/', kShare.size());
    return slash == std::string_view::npos ? 0 : slash + 1;
}

// May this be subscribed to, shared or not?
inline bool is_filter(std::string_view text) noexcept {
    const std::size_t share = share_length(text);
    const std::string_view group = text.substr(0, share);
    const std::string_view filter = text.substr(share);
    if (filter.empty() || !is_mqtt_string(text) || group == "$share//" ||
        (share == 0 && text.starts_with("$share/")) ||
        group.find_first_of("+#") != std::string_view::npos)
        return false;
    for (std::size_t at = 0; at < filter.size(); ++at) {
        if (filter[at] != '+' && filter[at] != '#') continue;
        if (at != 0 && filter[at - 1] != '/') return false;
        const bool last = at + 1 == filter.size();
        if (!last && (filter[at] == '#' || filter[at + 1] != '/')) return false;
    }
    return true;
}

// Takes the first level off the text; `more` becomes whether another one follows.
inline std::string_view take_level(std::string_view& text, bool& more) noexcept {
    const std::size_t slash = text.find('/');
    more = slash != std::string_view::npos;
    const std::string_view level = text.substr(0, slash);
    text = more ? text.substr(slash + 1) : std::string_view{};
    return level;
}

// Does this valid filter match this topic name? Of a shared filter what follows share_length().
inline bool topic_matches(std::string_view filter, std::string_view topic) noexcept {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#')))
        return false;
    for (bool more_filter = true, more_topic = true;;) {
        const std::string_view wanted = take_level(filter, more_filter);
        if (wanted == "#") return true;
        if (!more_topic) return false;
        const std::string_view level = take_level(topic, more_topic);
        if (wanted != "+" && wanted != level) return false;
        if (!more_filter) return !more_topic;
    }
}

}  // namespace gn

#endif
