#include "store/mqtt_text.h"

#include <cstddef>
#include <cstdint>

namespace grapnel::store {

namespace {

constexpr std::size_t kTextBytesMax = 65'535;
constexpr std::string_view kShare = "$share/";

bool is_text(std::string_view text) {
    return !text.empty() && text.size() <= kTextBytesMax &&
           text.find('\0') == std::string_view::npos;
}

// Takes the first level off.
std::string_view take_level(std::string_view& text, bool& more) {
    const std::size_t slash = text.find('/');
    const std::string_view level = text.substr(0, slash);
    more = slash != std::string_view::npos;
    text = more ? text.substr(slash + 1) : std::string_view();
    return level;
}

// How many bytes the character has that begins with this one; 0: none does. The least and the most
// of the second byte rule out longer forms and surrogates.
std::size_t length_of(std::uint8_t first, std::uint8_t& least, std::uint8_t& most) {
    least = 0x80;
    most = 0xbf;
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    if (first < 0xe0) return 2;
    if (first == 0xe0) least = 0xa0;
    if (first == 0xed) most = 0x9f;
    if (first < 0xf0) return 3;
    if (first == 0xf0) least = 0x90;
    if (first == 0xf4) most = 0x8f;
    return 4;
}

}  // namespace

std::size_t character_bytes(std::string_view bytes) {
    if (bytes.empty()) return 0;
    std::uint8_t least = 0;
    std::uint8_t most = 0;
    const std::size_t length = length_of(static_cast<std::uint8_t>(bytes.front()), least, most);
    if (length > bytes.size()) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        const auto byte = static_cast<std::uint8_t>(bytes[at]);
        if (byte < least || byte > most) return 0;
        least = 0x80;
        most = 0xbf;
    }
    return length;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = character_bytes(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

bool is_topic(std::string_view topic) {
    return is_text(topic) && topic.find_first_of("+#") == std::string_view::npos;
}

bool is_filter(std::string_view filter) {
    if (!is_text(filter)) return false;
    if (filter.starts_with(kShare)) {
        const std::string_view shared = filter.substr(kShare.size());
        const std::size_t slash = shared.find('/');
        if (slash == 0 || slash == std::string_view::npos || slash + 1 == shared.size())
            return false;
        if (shared.substr(0, slash).find_first_of("+#") != std::string_view::npos) return false;
        filter = shared.substr(slash + 1);
    }
    for (bool more = true; more;) {
        const std::string_view level = take_level(filter, more);
        if (level.size() > 1 && level.find_first_of("+#") != std::string_view::npos) return false;
        if (level == "#" && more) return false;
    }
    return true;
}

bool filter_matches(std::string_view filter, std::string_view topic) {
    if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#')))
        return false;
    bool filter_more = true;
    bool topic_more = true;
    while (filter_more) {
        const std::string_view wanted = take_level(filter, filter_more);
        if (wanted == "#") return true;
        if (!topic_more) return false;
        const std::string_view level = take_level(topic, topic_more);
        if (wanted != "+" && wanted != level) return false;
    }
    return !topic_more;
}

}  // namespace grapnel::store
