#ifndef GN_TESTING_MESSAGE_HPP
#define GN_TESTING_MESSAGE_HPP

// A message that a plugin published or gave back out of its store. A part of testing.hpp.

#include <grapnel/plugin_topics.hpp>
#include <grapnel/testing_border.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gn::testing {

// A copy of a gn_message.
struct FakeMessage {
    std::string topic;
    std::string payload;
    std::uint8_t qos = 0;
    bool retain = false;
    std::uint8_t payload_format = 0;
    std::uint32_t expiry_s = 0;
    std::optional<std::string> content_type, response_topic, correlation;
    std::vector<std::pair<std::string, std::string>> users;

    // GN_OK, or why the broker would refuse it; then `out` is not to be used.
    static gn_status read(const gn_message* message, FakeMessage& out);

private:
    // Copies what is there; false for what MQTT does not allow.
    static bool read_text(gn_str text, bool is_bytes, std::optional<std::string>& out) {
        if (text.ptr == nullptr) return text.len == 0;
        out = detail::copy(text);
        return is_bytes ? text.len <= kStringBytesMax : is_mqtt_string(*out);
    }
    bool read_users(const gn_message& in) {
        if (in.user_count != 0 && in.user == nullptr) return false;
        for (std::uint32_t index = 0; index < in.user_count; ++index) {
            const gn_pair& pair = in.user[index];
            if (!detail::is_string(pair.key) || !detail::is_string(pair.value)) return false;
            users.emplace_back(detail::copy(pair.key), detail::copy(pair.value));
            if (!is_mqtt_string(users.back().first) || !is_mqtt_string(users.back().second))
                return false;
        }
        return true;
    }
};

inline gn_status FakeMessage::read(const gn_message* message, FakeMessage& out) {
    gn_message in;
    constexpr std::size_t kLeast = offsetof(gn_message, payload) + sizeof(gn_str);
    if (!detail::take_in(message, kLeast, in) || !detail::is_string(in.topic) ||
        !detail::is_string(in.payload) || in.qos > 2 || in.payload_format > 2)
        return GN_E_INVALID;
    out = FakeMessage{};
    out.topic = detail::copy(in.topic);
    if (!is_topic_name(out.topic)) return GN_E_INVALID;
    if (in.payload.len > kPayloadBytesMax) return GN_E_LIMIT;
    out.payload = detail::copy(in.payload);
    out.qos = in.qos;
    out.retain = in.retain != 0;
    out.payload_format = in.payload_format;
    out.expiry_s = in.expiry_s;
    const bool fits = read_text(in.content_type, false, out.content_type) &&
                      read_text(in.response_topic, false, out.response_topic) &&
                      read_text(in.correlation, true, out.correlation) && out.read_users(in);
    if (!fits || (out.response_topic && !is_topic_name(*out.response_topic))) return GN_E_INVALID;
    return GN_OK;
}

}  // namespace gn::testing

#endif
