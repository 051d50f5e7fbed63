#include "mqtt/utf8.h"

#include <cstring>

namespace grapnel::mqtt {

namespace {

constexpr uint64_t kHighBits = 0x8080'8080'8080'8080;
constexpr uint64_t kLowSeven = 0x7f7f'7f7f'7f7f'7f7f;

// Eight bytes that are all ASCII and, unless `nul_allowed`, none of them 0.
template <bool nul_allowed>
bool is_plain(const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (nul_allowed) return (word & kHighBits) == 0;
    // A byte of 0x01..0x7f carries into its high bit when 0x7f is added; 0 does not.
    return ((word | ~(word + kLowSeven)) & kHighBits) == 0;
}

bool is_continuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

// Steps over one sequence that begins with a byte of 0x80 or above; null when it is ill-formed
// (Unicode, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
const char* skip_sequence(const char* at, const char* end) {
    const auto byte = [at](size_t offset) { return static_cast<uint8_t>(at[offset]); };
    const auto left = static_cast<size_t>(end - at);
    const uint8_t lead = byte(0);
    if (lead < 0xc2 || lead > 0xf4) return nullptr;
    if (lead < 0xe0) return left >= 2 && is_continuation(byte(1)) ? at + 2 : nullptr;
    const size_t size = lead < 0xf0 ? 3 : 4;
    if (left < size) return nullptr;
    uint8_t lowest = 0x80;
    uint8_t highest = 0xbf;
    if (lead == 0xe0) lowest = 0xa0;
    if (lead == 0xed) highest = 0x9f;
    if (lead == 0xf0) lowest = 0x90;
    if (lead == 0xf4) highest = 0x8f;
    if (byte(1) < lowest || byte(1) > highest || !is_continuation(byte(2))) return nullptr;
    if (size == 4 && !is_continuation(byte(3))) return nullptr;
    return at + size;
}

template <bool nul_allowed>
bool is_text(Bytes text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        while (end - at >= 8 && is_plain<nul_allowed>(at)) at += 8;
        // Up to eight single steps, so that one odd byte does not end the fast walk.
        for (int step = 0; step < 8 && at != end; ++step) {
            const auto byte = static_cast<uint8_t>(*at);
            if (byte < 0x80) {
                if (!nul_allowed && byte == 0) return false;
                ++at;
            } else {
                at = skip_sequence(at, end);
                if (at == nullptr) return false;
            }
        }
    }
    return true;
}

}  // namespace

bool is_mqtt_string(Bytes text) { return is_text<false>(text); }

bool is_utf8(Bytes text) { return is_text<true>(text); }

}  // namespace grapnel::mqtt
