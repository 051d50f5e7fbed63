#include "topics/filter.h"

#include <algorithm>

namespace grapnel {

namespace {

constexpr Bytes kSharePrefix = "$share/";
constexpr size_t kTextMax = 65535;  // 1.5.4: a UTF-8 string has a length of two bytes

bool text_valid(Bytes text) {
    return !text.empty() && text.size() <= kTextMax && text.find('\0') == Bytes::npos;
}

bool levels_within(Bytes text, size_t levels_max) {
    if (levels_max == 0) return true;
    const auto slashes = static_cast<size_t>(std::count(text.begin(), text.end(), '/'));
    return slashes < levels_max;
}

// Each wildcard is a level of its own, # the last one (4.7.1-1, 4.7.1-2).
bool wildcards_valid(Bytes text, bool& found) {
    found = false;
    size_t at = text.find_first_of("+#");
    for (; at != Bytes::npos; at = text.find_first_of("+#", at + 1)) {
        found = true;
        const bool last = at + 1 == text.size();
        if (at != 0 && text[at - 1] != '/') return false;
        if (text[at] == '#' ? !last : !last && text[at + 1] != '/') return false;
    }
    return true;
}

}  // namespace

bool parse_filter(Bytes text, size_t levels_max, Filter& out) {
    if (!text_valid(text)) return false;
    Filter filter;
    filter.text = text;
    filter.topics = text;
    if (text.starts_with(kSharePrefix)) {
        const size_t slash = text.find('/', kSharePrefix.size());
        if (slash == Bytes::npos) return false;
        filter.shared = true;
        filter.group = text.substr(kSharePrefix.size(), slash - kSharePrefix.size());
        filter.topics = text.substr(slash + 1);
        if (filter.group.empty() || filter.group.find_first_of("+#") != Bytes::npos) return false;
        if (filter.topics.empty()) return false;
    }
    if (!wildcards_valid(filter.topics, filter.wildcard)) return false;
    if (!levels_within(filter.topics, levels_max)) return false;
    out = filter;
    return true;
}

bool topic_name_valid(Bytes topic, size_t levels_max) {
    return text_valid(topic) && topic.find_first_of("+#") == Bytes::npos &&
           levels_within(topic, levels_max);
}

bool levels_match(Bytes filter, Bytes topic) {
    for (;;) {
        const Bytes wanted = first_level(filter);
        const Bytes level = first_level(topic);
        if (wanted == "#") return true;
        if (wanted != "+" && wanted != level) return false;
        const bool filter_ends = wanted.size() == filter.size();
        const bool topic_ends = level.size() == topic.size();
        if (topic_ends) return filter_ends || filter.substr(wanted.size()) == "/#";
        if (filter_ends) return false;
        filter.remove_prefix(wanted.size() + 1);
        topic.remove_prefix(level.size() + 1);
    }
}

bool filter_matches(Bytes filter, Bytes topic) {
    const bool leads_with_wildcard = filter.starts_with('+') || filter.starts_with('#');
    if (leads_with_wildcard && topic.starts_with('$')) return false;
    return levels_match(filter, topic);
}

}  // namespace grapnel
