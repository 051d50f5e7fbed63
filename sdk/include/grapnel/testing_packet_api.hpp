#ifndef GN_TESTING_PACKET_API_HPP
#define GN_TESTING_PACKET_API_HPP

// gn_packet_api over a FakePacket, but for targets. A part of testing.hpp.

#include <grapnel/testing_packet.hpp>

namespace gn::testing {

inline gn_status FakePacket::publish_view(gn_publish_view* out) const noexcept {
    const bool acknowledgement = header.type >= 4 && header.type <= 7 && (key != 0 || order != 0);
    if (!is(3) && !acknowledgement) return GN_E_INVALID;
    gn_publish_view view{};
    view.packet_id = header.packet_id;
    view.key = key;
    view.order = order;
    view.created_ms = created_ms;
    view.expires_ms = expires_ms;
    view.origin = str(origin);
    view.flags = header.flags;
    if (is(3)) {
        view.qos = header.qos;
        view.topic = str(topic);
        view.payload = str(payload);
    }
    return detail::hand_out(view, out);
}

inline gn_status FakePacket::connect_view(gn_connect_view* out) const noexcept {
    if (!is(1)) return GN_E_INVALID;
    gn_connect_view view{};
    view.protocol = header.protocol;
    view.flags = header.flags;
    view.keepalive_s = keepalive_s;
    view.client_id = str(client_id ? std::string_view(*client_id) : std::string_view(""));
    view.username = optional(username);
    view.password = optional(password);
    static_cast<void>(text(detail::kAuthMethod, &view.auth_method));
    static_cast<void>(text(detail::kAuthData, &view.auth_data));
    return detail::hand_out(view, out);
}

inline gn_status FakePacket::number(std::uint32_t id, std::uint32_t index,
                                    std::uint32_t* out) const noexcept {
    if (out == nullptr) return GN_E_INVALID;
    if (id == detail::kSubscriptionIdentifier && index < subscription_ids.size()) {
        *out = subscription_ids[index];
        return GN_OK;
    }
    const auto found = numbers.find(id);
    if (index != 0 || found == numbers.end()) return GN_E_GONE;
    *out = found->second;
    return GN_OK;
}

inline gn_status FakePacket::text(std::uint32_t id, gn_str* out) const noexcept {
    if (out == nullptr) return GN_E_INVALID;
    const auto found = strings.find(id);
    if (found != strings.end()) {
        *out = str(found->second);
        return GN_OK;
    }
    const std::optional<std::string>* member = id == detail::kAuthMethod ? &auth_method
                                               : id == detail::kAuthData ? &auth_data
                                                                         : nullptr;
    if (member == nullptr || !*member) return GN_E_GONE;
    *out = str(**member);
    return GN_OK;
}

inline gn_status FakePacket::filter_at(std::uint32_t index, gn_filter* out) const noexcept {
    if (!has_filters()) return GN_E_INVALID;
    if (index >= filters.size()) return GN_E_GONE;
    return detail::hand_out(filters[index], out);
}

inline gn_status FakePacket::set_number(std::uint32_t id, std::uint32_t value) {
    if (!detail::number_allowed(id, place(), value)) return GN_E_INVALID;
    if (read_only) return GN_E_STATE;
    if (id == detail::kSubscriptionIdentifier) subscription_ids.clear();
    numbers[id] = value;
    return GN_OK;
}

inline gn_status FakePacket::set_text(std::uint32_t id, gn_str value) {
    if (!detail::is_string(value) || !detail::text_allowed(id, place(), view(value)))
        return GN_E_INVALID;
    if (read_only) return GN_E_STATE;
    strings[id] = detail::copy(value);
    return GN_OK;
}

inline gn_status FakePacket::clear(std::uint32_t id) {
    if (detail::property_rule(id) == nullptr) return GN_E_INVALID;
    if (read_only) return GN_E_STATE;
    strings.erase(id);
    numbers.erase(id);
    if (id == detail::kUserProperty) users.clear();
    if (id == detail::kSubscriptionIdentifier) subscription_ids.clear();
    if (id == detail::kAuthMethod) auth_method.reset();
    if (id == detail::kAuthData) auth_data.reset();
    return GN_OK;
}

inline gn_status FakePacket::add_pair(gn_pair pair) {
    const detail::PropertyRule* rule = detail::property_rule(detail::kUserProperty);
    if (!detail::is_string(pair.key) || !detail::is_string(pair.value) ||
        !is_mqtt_string(view(pair.key)) || !is_mqtt_string(view(pair.value)) ||
        (rule->places & detail::in(place())) == 0)
        return GN_E_INVALID;
    if (read_only) return GN_E_STATE;
    users.emplace_back(detail::copy(pair.key), detail::copy(pair.value));
    return GN_OK;
}

inline gn_status FakePacket::change_filter(std::uint32_t index, const gn_filter* argument) {
    gn_filter filter;
    constexpr std::size_t kLeast = offsetof(gn_filter, filter) + sizeof(gn_str);
    if (!detail::take_in(argument, kLeast, filter) || !has_filters() || index >= filters.size() ||
        !detail::is_string(filter.filter) || !is_filter(view(filter.filter)) || filter.qos > 2 ||
        filter.retain_handling > 2)
        return GN_E_INVALID;
    if (read_only) return GN_E_STATE;
    gn_filter& held = filters[index];
    held.filter = keep(view(filter.filter));
    if (!is(8)) return GN_OK;
    held.qos = filter.qos;
    held.retain_handling = filter.retain_handling;
    held.flags = filter.flags;
    return GN_OK;
}

inline void FakePacket::add_getters(gn_packet_api& api) noexcept {
    api.view = [](const gn_packet* packet, gn_packet_view* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? detail::hand_out(of(packet).header, out) : status;
    };
    api.publish = [](const gn_packet* packet, gn_publish_view* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).publish_view(out) : status;
    };
    api.connect = [](const gn_packet* packet, gn_connect_view* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).connect_view(out) : status;
    };
    api.prop_u32 = [](const gn_packet* packet, std::uint32_t id, std::uint32_t* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).number(id, 0, out) : status;
    };
    api.prop_u32_at = [](const gn_packet* packet, std::uint32_t id, std::uint32_t index,
                         std::uint32_t* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).number(id, index, out) : status;
    };
    api.prop_str = [](const gn_packet* packet, std::uint32_t id, gn_str* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).text(id, out) : status;
    };
    api.user = [](const gn_packet* packet, std::uint32_t index, gn_pair* out) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        if (out == nullptr) return GN_E_INVALID;
        if (index >= of(packet).users.size()) return GN_E_GONE;
        const auto& pair = of(packet).users[index];
        *out = gn_pair{str(pair.first), str(pair.second)};
        return GN_OK;
    };
    api.filter = [](const gn_packet* packet, std::uint32_t index, gn_filter* out) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).filter_at(index, out) : status;
    };
}

inline void FakePacket::add_setters(gn_packet_api& api) noexcept {
    api.set_topic = [](gn_packet* packet, gn_str value) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        if (!of(packet).is(3) || !detail::is_string(value) || !is_topic_name(view(value)))
            return GN_E_INVALID;
        if (of(packet).read_only) return GN_E_STATE;
        of(packet).topic = std::string(view(value));
        return GN_OK;
    };
    api.set_payload = [](gn_packet* packet, gn_str value) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        if (!of(packet).is(3) || !detail::is_string(value)) return GN_E_INVALID;
        if (value.len > kPayloadBytesMax) return GN_E_LIMIT;
        if (of(packet).read_only) return GN_E_STATE;
        of(packet).payload = std::string(view(value));
        return GN_OK;
    };
    api.set_qos = [](gn_packet* packet, std::uint8_t value) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        if (!of(packet).is(3) || value > 2) return GN_E_INVALID;
        if (of(packet).read_only) return GN_E_STATE;
        of(packet).header.qos = value;
        return GN_OK;
    };
    api.set_retain = [](gn_packet* packet, std::int32_t retain) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        if (!of(packet).is(3)) return GN_E_INVALID;
        if (of(packet).read_only) return GN_E_STATE;
        std::uint8_t& flags = of(packet).header.flags;
        flags = static_cast<std::uint8_t>((flags & ~GN_PK_RETAIN) | (retain ? GN_PK_RETAIN : 0));
        return GN_OK;
    };
    api.set_filter = [](gn_packet* packet, std::uint32_t index,
                        const gn_filter* filter) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).change_filter(index, filter) : status;
    };
    api.refuse_filter = [](gn_packet* packet, std::uint32_t index,
                           std::uint8_t reason) -> gn_status {
        if (const gn_status status = detail::usable(packet); status != GN_OK) return status;
        FakePacket& self = of(packet);
        if (!self.has_filters() || index >= self.filters.size() || reason < 0x80)
            return GN_E_INVALID;
        if (self.read_only) return GN_E_STATE;
        self.refused[index] = reason;
        return GN_OK;
    };
}

inline void FakePacket::add_property_setters(gn_packet_api& api) noexcept {
    api.set_prop_u32 = [](gn_packet* packet, std::uint32_t id, std::uint32_t value) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).set_number(id, value) : status;
    };
    api.set_prop_str = [](gn_packet* packet, std::uint32_t id, gn_str value) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).set_text(id, value) : status;
    };
    api.clear_prop = [](gn_packet* packet, std::uint32_t id) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).clear(id) : status;
    };
    api.add_user = [](gn_packet* packet, gn_pair pair) -> gn_status {
        const gn_status status = detail::usable(packet);
        return status == GN_OK ? of(packet).add_pair(pair) : status;
    };
}

inline gn_packet_api FakePacket::api() noexcept {
    gn_packet_api api{};
    api.size = sizeof(api);
    add_getters(api);
    add_setters(api);
    add_property_setters(api);
    return api;
}

}  // namespace gn::testing

#endif
