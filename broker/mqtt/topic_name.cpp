#include "mqtt/topic_name.h"

#include <cstring>

#include "mqtt/utf8.h"

namespace grapnel::mqtt {

namespace {

constexpr uint64_t repeat(uint8_t byte) { return uint64_t{0x0101'0101'0101'0101} * byte; }

// Eight bytes that are all ASCII and hold neither 0 nor a wildcard.
bool is_plain(const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    // '+' and '#' differ in the bit 0x08 alone. A byte of 0x01..0x7f carries into its high bit when
    // 0x7f is added; 0 does not.
    const uint64_t wildcards = (word | repeat(0x08)) ^ repeat('+');
    const uint64_t odd = word | ~(word + repeat(0x7f)) | ~(wildcards + repeat(0x7f));
    return (odd & repeat(0x80)) == 0;
}

bool is_plain(char byte) {
    return byte != '+' && byte != '#' && static_cast<signed char>(byte) > 0;
}

}  // namespace

Reason check_topic_name(Bytes topic) {
    const char* at = topic.data();
    const char* const end = at + topic.size();
    while (end - at >= 8 && is_plain(at)) at += 8;
    while (at != end && is_plain(*at)) ++at;
    if (at == end) return Reason::success;
    if (!is_mqtt_string(topic)) return Reason::malformed_packet;
    return topic.find_first_of("+#") == Bytes::npos ? Reason::success : Reason::topic_name_invalid;
}

}  // namespace grapnel::mqtt
