#pragma once

#include "base/bytes.h"

namespace grapnel {

// A topic filter taken apart (MQTT 5.0, 4.7 and 4.8.2). Borrows from the text it was parsed from.
struct Filter {
    Bytes text;    // whole, $share/ included
    Bytes topics;  // the part that topics are matched with
    Bytes group;   // share name; empty: not shared
    bool shared = false;
    bool wildcard = false;  // has + or #
};

// False when `text` is no valid filter: empty, too long, U+0000, more than `levels_max` levels (0:
// no limit), a wildcard beside other characters, # not last, `$share/` without name or filter, or
// wildcards in the name. Exactly "$share/" (case counts) begins a shared one.
[[nodiscard]] bool parse_filter(Bytes text, size_t levels_max, Filter& out);

// True for a topic that may be published to (4.7.1-1, 4.7.3): not empty, no wildcard, no U+0000, at
// most `levels_max` levels (0: no limit).
[[nodiscard]] bool topic_name_valid(Bytes topic, size_t levels_max);

// Does the (unshared part of a) valid filter match a valid topic? `x/#` matches `x`, `+/#` matches
// `x`; a filter that begins with a wildcard does not match a topic that begins with $ (4.7.2-1).
// Iterative.
[[nodiscard]] bool filter_matches(Bytes filter, Bytes topic);

// The same without the rule about $, for what follows the first level of both.
[[nodiscard]] bool levels_match(Bytes filter, Bytes topic);

// Up to the first slash, or all of it.
[[nodiscard]] inline Bytes first_level(Bytes text) { return text.substr(0, text.find('/')); }

}  // namespace grapnel
