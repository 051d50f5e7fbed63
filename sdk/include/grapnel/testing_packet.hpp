#ifndef GN_TESTING_PACKET_HPP
#define GN_TESTING_PACKET_HPP

// A packet as a hook sees it. A part of testing.hpp.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/testing_border.hpp>
#include <grapnel/testing_message.hpp>
#include <grapnel/testing_properties.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gn::testing {

// A packet with the fields of all types side by side. A test fills in what it needs, and reads back
// what the plugin changed.
struct FakePacket {
    gn_packet_view header{};  // type, protocol, packet_id, qos, flags, reason
    std::string topic, payload;
    std::optional<std::string> client_id, username, password, auth_method, auth_data;
    std::uint16_t keepalive_s = 0;
    std::vector<gn_filter> filters;                 // borrowed texts; add_filter keeps a copy
    std::map<std::uint32_t, std::uint8_t> refused;  // refuse_filter: index → reason
    std::map<std::uint32_t, std::string> strings;   // properties by their MQTT identifier
    std::map<std::uint32_t, std::uint32_t> numbers;
    std::vector<std::pair<std::string, std::string>> users;
    std::vector<std::uint32_t> subscription_ids;
    std::string origin;
    std::int64_t created_ms = 0, expires_ms = 0;
    std::uint64_t key = 0, order = 0;
    bool read_only = false;  // setters answer GN_E_STATE; FakePlugin::run sets it where it is so

    explicit FakePacket(std::uint8_t type, std::uint8_t protocol = 5) {
        detail::plays_loop = true;
        header.type = type;
        header.protocol = protocol;
    }
    static FakePacket connect(std::string client_id);
    static FakePacket publish(std::string topic, std::string payload, std::uint8_t qos = 0);
    static FakePacket subscribe(std::string_view filter, std::uint8_t qos = 0);
    static FakePacket unsubscribe(std::string_view filter);
    // What the broker makes of a message that a plugin published.
    static FakePacket of(const FakeMessage& message);

    FakePacket& add_filter(std::string_view text, std::uint8_t qos = 0);
    gn_packet* raw() noexcept { return reinterpret_cast<gn_packet*>(this); }
    const gn_packet* raw() const noexcept { return reinterpret_cast<const gn_packet*>(this); }
    static gn_packet_api api() noexcept;

private:
    static const FakePacket& of(const gn_packet* packet) noexcept {
        return *reinterpret_cast<const FakePacket*>(packet);
    }
    static FakePacket& of(gn_packet* packet) noexcept {
        return *reinterpret_cast<FakePacket*>(packet);
    }
    static gn_str optional(const std::optional<std::string>& text) noexcept {
        return text ? str(*text) : gn_str{nullptr, 0};
    }
    bool is(std::uint8_t type) const noexcept { return header.type == type; }
    bool has_filters() const noexcept { return is(8) || is(10); }
    std::uint32_t place() const noexcept {
        const bool will = is(3) && (header.flags & GN_PK_WILL) != 0;
        return will ? detail::kWillPlace : header.type;
    }
    gn_str keep(std::string_view text) {
        kept_.push_back(std::make_shared<const std::string>(text));
        return str(*kept_.back());
    }

    gn_status publish_view(gn_publish_view* out) const noexcept;
    gn_status connect_view(gn_connect_view* out) const noexcept;
    gn_status number(std::uint32_t id, std::uint32_t index, std::uint32_t* out) const noexcept;
    gn_status text(std::uint32_t id, gn_str* out) const noexcept;
    gn_status filter_at(std::uint32_t index, gn_filter* out) const noexcept;
    gn_status set_number(std::uint32_t id, std::uint32_t value);
    gn_status set_text(std::uint32_t id, gn_str value);
    gn_status clear(std::uint32_t id);
    gn_status add_pair(gn_pair pair);
    gn_status change_filter(std::uint32_t index, const gn_filter* argument);

    static void add_getters(gn_packet_api& api) noexcept;
    static void add_setters(gn_packet_api& api) noexcept;
    static void add_property_setters(gn_packet_api& api) noexcept;

    std::vector<std::shared_ptr<const std::string>> kept_;  // shared by copies of the packet
};

inline FakePacket FakePacket::connect(std::string client_id) {
    FakePacket packet(1);
    packet.client_id = std::move(client_id);
    return packet;
}

inline FakePacket FakePacket::publish(std::string topic, std::string payload, std::uint8_t qos) {
    FakePacket packet(3);
    packet.topic = std::move(topic);
    packet.payload = std::move(payload);
    packet.header.qos = qos;
    if (qos != 0) packet.header.packet_id = 1;
    return packet;
}

inline FakePacket FakePacket::subscribe(std::string_view filter, std::uint8_t qos) {
    FakePacket packet(8);
    packet.header.packet_id = 1;
    packet.add_filter(filter, qos);
    return packet;
}

inline FakePacket FakePacket::unsubscribe(std::string_view filter) {
    FakePacket packet(10);
    packet.header.packet_id = 1;
    packet.add_filter(filter);
    return packet;
}

inline FakePacket FakePacket::of(const FakeMessage& message) {
    FakePacket packet = publish(message.topic, message.payload, message.qos);
    packet.header.flags =
        static_cast<std::uint8_t>(GN_PK_INLINE | (message.retain ? GN_PK_RETAIN : 0));
    if (message.payload_format != 0) packet.numbers[1] = message.payload_format == 1;
    if (message.expiry_s != 0) packet.numbers[2] = message.expiry_s;
    if (message.content_type) packet.strings[3] = *message.content_type;
    if (message.response_topic) packet.strings[detail::kResponseTopic] = *message.response_topic;
    if (message.correlation) packet.strings[9] = *message.correlation;
    packet.users = message.users;
    return packet;
}

inline FakePacket& FakePacket::add_filter(std::string_view text, std::uint8_t qos) {
    gn_filter filter = sized<gn_filter>();
    filter.filter = keep(text);
    filter.qos = qos;
    filters.push_back(filter);
    return *this;
}

}  // namespace gn::testing

#include <grapnel/testing_packet_api.hpp>

#endif
