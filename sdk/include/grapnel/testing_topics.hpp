#ifndef GN_TESTING_TOPICS_HPP
#define GN_TESTING_TOPICS_HPP

// Which texts MQTT allows, and which filter matches which topic. A part of testing.hpp.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gn::testing {

inline constexpr std::size_t kStringBytesMax = 65'535;
inline constexpr std::size_t kPayloadBytesMax = 268'435'455;

namespace detail {

// The length of the UTF-8 sequence that begins the text; 0: it is ill-formed.
inline std::size_t sequence_length(std::string_view text) noexcept {
    const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return lead == 0 ? 0 : 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool beyond = (lead == 0xed && byte(1) > 0x9f) || (lead == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : length;
}

inline std::string_view first_level(std::string_view text) noexcept {
    return text.substr(0, text.find('/'));
}

}  // namespace detail

// A UTF-8 string as MQTT has it: well-formed, without U+0000, and not too long.
inline bool is_mqtt_string(std::string_view text) noexcept {
    if (text.size() > kStringBytesMax) return false;
    while (!text.empty()) {
        const std::size_t length = detail::sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

inline bool is_topic_name(std::string_view text) noexcept {
    return !text.empty() && is_mqtt_string(text) &&
           text.find_first_of("+#") == std::string_view::npos;
}

// The filter behind $share/GROUP/; the text itself where it is not shared; empty: no valid one.
inline std::string_view shared_part(std::string_view text) noexcept {
    constexpr std::string_view kPrefix = "$share/";
    if (!text.starts_with(kPrefix)) return text;
    const std::size_t slash = text.find('/', kPrefix.size());
    if (slash == std::string_view::npos || slash == kPrefix.size()) return {};
    const std::string_view group = text.substr(kPrefix.size(), slash - kPrefix.size());
    return group.find_first_of("+#") == std::string_view::npos ? text.substr(slash + 1)
                                                               : std::string_view{};
}

inline bool is_filter(std::string_view text) noexcept {
    const std::string_view filter = shared_part(text);
    if (filter.empty() || !is_mqtt_string(text)) return false;
    for (std::size_t at = 0; at < filter.size(); ++at) {
        if (filter[at] != '+' && filter[at] != '#') continue;
        if (at != 0 && filter[at - 1] != '/') return false;
        const bool last = at + 1 == filter.size();
        if (!last && (filter[at] == '#' || filter[at + 1] != '/')) return false;
    }
    return true;
}

// Does a filter, without $share, match a topic name?
inline bool filter_matches(std::string_view filter, std::string_view topic) noexcept {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) {
        return false;
    }
    for (;;) {
        const std::string_view wanted = detail::first_level(filter);
        const std::string_view level = detail::first_level(topic);
        if (wanted == "#") return true;
        if (wanted != "+" && wanted != level) return false;
        const bool filter_ends = wanted.size() == filter.size();
        if (level.size() == topic.size()) {
            return filter_ends || filter.substr(wanted.size()) == "/#";
        }
        if (filter_ends) return false;
        filter.remove_prefix(wanted.size() + 1);
        topic.remove_prefix(level.size() + 1);
    }
}

}  // namespace gn::testing

#endif
