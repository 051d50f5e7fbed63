#pragma once

#include <cstddef>
#include <string_view>

namespace grapnel::store {

// Well-formed UTF-8 (RFC 3629), without surrogates and longer forms.
bool is_utf8(std::string_view bytes);

// The bytes of the well-formed character that these begin with; 0: they begin with none.
std::size_t character_bytes(std::string_view bytes);

// May be published to (MQTT 5.0, 4.7): 1 to 65,535 bytes, no wildcard, no U+0000.
bool is_topic(std::string_view topic);
// May be subscribed to, $share/ included.
bool is_filter(std::string_view filter);

// Does the filter, which is not shared, match the topic? One that begins with a wildcard matches no
// topic that begins with $ (4.7.2-1).
bool filter_matches(std::string_view filter, std::string_view topic);

}  // namespace grapnel::store
