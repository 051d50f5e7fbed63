#include "hooks/packet_box.h"

#include <forward_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hooks/abi.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

constexpr size_t kStringBytesMax = 65'535;  // MQTT 5.0, 1.5.4

}  // namespace

struct PacketBox::Owned {
    std::forward_list<std::string> strings;  // never move: packets borrow from them
    MessageMeta meta;
    std::vector<mqtt::Reason> refusals;

    mqtt::Packet saved;
    std::vector<mqtt::Reason> saved_refusals;
    uint8_t saved_changed = 0;
};

PacketBox& PacketBox::operator=(PacketBox&& other) noexcept {
    if (this == &other) return *this;
    if (owned_ != nullptr) release();
    forget_walks();
    packet_ = other.packet_;
    meta_ = other.meta_;
    results_ = other.results_;
    owned_ = std::exchange(other.owned_, nullptr);
    kind_ = other.kind_;
    version_ = other.version_;
    changed_ = other.changed_;
    read_only_ = other.read_only_;
    saved_ = other.saved_;
    return *this;
}

void PacketBox::release() { delete std::exchange(owned_, nullptr); }

PacketBox PacketBox::of(mqtt::Packet& packet, mqtt::Version version) {
    return std::visit(
        [version](auto& held) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, std::monostate>)
                return PacketBox();
            else
                return PacketBox(&held, version);
        },
        packet);
}

mqtt::PacketType PacketBox::type() const {
    using mqtt::PacketType;
    switch (kind_) {
        case Kind::none: return PacketType::reserved;
        case Kind::connect: return PacketType::connect;
        case Kind::connack: return PacketType::connack;
        case Kind::publish: return PacketType::publish;
        case Kind::ack: return get<mqtt::Ack>()->type;
        case Kind::subscribe: return PacketType::subscribe;
        case Kind::subscription_ack: return get<mqtt::SubscriptionAck>()->type;
        case Kind::unsubscribe: return PacketType::unsubscribe;
        case Kind::ping: return get<mqtt::Ping>()->type;
        case Kind::disconnect: return PacketType::disconnect;
        case Kind::auth: return PacketType::auth;
    }
    return PacketType::reserved;
}

PacketBox::Owned& PacketBox::owned() {
    if (owned_ == nullptr) owned_ = new Owned;
    return *owned_;
}

Bytes PacketBox::keep(Bytes bytes) {
    if (bytes.data() == nullptr) return {};
    return owned().strings.emplace_front(bytes);
}

bool PacketBox::touch(Change what) {
    if (read_only_) return false;
    forget_walks();
    if (!saved_) {
        Owned& own = owned();
        own.saved_changed = changed_;
        own.saved_refusals = own.refusals;
        switch (kind_) {
            case Kind::none:
            case Kind::ping: break;
            case Kind::connect: own.saved = *get<mqtt::Connect>(); break;
            case Kind::connack: own.saved = *get<mqtt::Connack>(); break;
            case Kind::publish: own.saved = *get<mqtt::Publish>(); break;
            case Kind::ack: own.saved = *get<mqtt::Ack>(); break;
            case Kind::subscribe: own.saved = *get<mqtt::Subscribe>(); break;
            case Kind::subscription_ack: own.saved = *get<mqtt::SubscriptionAck>(); break;
            case Kind::unsubscribe: own.saved = *get<mqtt::Unsubscribe>(); break;
            case Kind::disconnect: own.saved = *get<mqtt::Disconnect>(); break;
            case Kind::auth: own.saved = *get<mqtt::Auth>(); break;
        }
        saved_ = true;
    }
    changed_ |= what;
    return true;
}

void PacketBox::rollback() {
    if (!saved_) return;
    saved_ = false;
    forget_walks();
    Owned& own = owned();
    changed_ = own.saved_changed;
    own.refusals = own.saved_refusals;
    std::visit(
        [this](auto& saved) {
            using Struct = std::remove_cvref_t<decltype(saved)>;
            if constexpr (!std::is_same_v<Struct, std::monostate>)
                *get<Struct>() = std::move(saved);
        },
        own.saved);
}

mqtt::Properties* PacketBox::properties() const {
    switch (kind_) {
        case Kind::none:
        case Kind::ping: return nullptr;
        case Kind::connect: return &get<mqtt::Connect>()->properties;
        case Kind::connack: return &get<mqtt::Connack>()->properties;
        case Kind::publish: return &get<mqtt::Publish>()->properties;
        case Kind::ack: return &get<mqtt::Ack>()->properties;
        case Kind::subscribe: return &get<mqtt::Subscribe>()->properties;
        case Kind::subscription_ack: return &get<mqtt::SubscriptionAck>()->properties;
        case Kind::unsubscribe: return &get<mqtt::Unsubscribe>()->properties;
        case Kind::disconnect: return &get<mqtt::Disconnect>()->properties;
        case Kind::auth: return &get<mqtt::Auth>()->properties;
    }
    return nullptr;
}

mqtt::PropertyPlace PacketBox::place() const {
    const bool will = meta_ != nullptr && (meta_->flags & GN_PK_WILL) != 0;
    return will ? mqtt::PropertyPlace::will : static_cast<mqtt::PropertyPlace>(type());
}

void PacketBox::own_properties(mqtt::Properties& properties) {
    using mqtt::PropertyId;
    for (uint32_t id = 1; id <= static_cast<uint32_t>(PropertyId::maximum_packet_size); ++id) {
        Bytes value;
        if (!mqtt::property_string(properties, id, value)) continue;
        if (!mqtt::set_property_string(properties, id, keep(value)))
            properties.clear(static_cast<PropertyId>(id));
    }
    properties.raw = keep(properties.raw);
}

void PacketBox::own_bytes() {
    forget_walks();
    if (mqtt::Properties* set = properties(); set != nullptr) own_properties(*set);
    if (auto* connect = get<mqtt::Connect>(); connect != nullptr) {
        for (Bytes* text : {&connect->client_id, &connect->username, &connect->password,
                            &connect->will.topic, &connect->will.payload})
            *text = keep(*text);
        if (connect->has_will) own_properties(connect->will.properties);
    } else if (auto* publish = get<mqtt::Publish>(); publish != nullptr) {
        publish->topic = keep(publish->topic);
        publish->payload = keep(publish->payload);
    } else if (auto* subscribe = get<mqtt::Subscribe>(); subscribe != nullptr) {
        for (auto& request : subscribe->filters) request.filter = keep(request.filter);
    } else if (auto* unsubscribe = get<mqtt::Unsubscribe>(); unsubscribe != nullptr) {
        for (Bytes& filter : unsubscribe->filters) filter = keep(filter);
    }
    if (meta_ != nullptr) {
        MessageMeta meta = *meta_;
        meta.origin = keep(meta.origin);
        owned().meta = meta;
        meta_ = &owned().meta;
    }
}

mqtt::Reason PacketBox::refused(size_t index) const {
    if (owned_ == nullptr || index >= owned_->refusals.size()) return mqtt::Reason::success;
    return owned_->refusals[index];
}

size_t PacketBox::filter_count() const {
    if (const auto* subscribe = get<mqtt::Subscribe>(); subscribe != nullptr)
        return subscribe->filters.size();
    if (const auto* unsubscribe = get<mqtt::Unsubscribe>(); unsubscribe != nullptr)
        return unsubscribe->filters.size();
    return 0;
}

// -- what plugins read ----------------------------------------------------------------------

gn_status PacketBox::view(gn_packet_view& out) const {
    out = {};
    out.type = static_cast<uint8_t>(type());
    out.protocol = static_cast<uint8_t>(version_);
    switch (kind_) {
        case Kind::connack: out.reason = static_cast<uint8_t>(get<mqtt::Connack>()->reason); break;
        case Kind::publish: {
            const auto* packet = get<mqtt::Publish>();
            out.packet_id = packet->packet_id;
            out.qos = packet->qos;
            out.flags = static_cast<uint8_t>((packet->retain ? GN_PK_RETAIN : 0) |
                                             (packet->dup ? GN_PK_DUP : 0) |
                                             (meta_ != nullptr ? meta_->flags : 0));
            break;
        }
        case Kind::ack:
            out.packet_id = get<mqtt::Ack>()->packet_id;
            out.reason = static_cast<uint8_t>(get<mqtt::Ack>()->reason);
            break;
        case Kind::subscribe: out.packet_id = get<mqtt::Subscribe>()->packet_id; break;
        case Kind::subscription_ack: out.packet_id = get<mqtt::SubscriptionAck>()->packet_id; break;
        case Kind::unsubscribe: out.packet_id = get<mqtt::Unsubscribe>()->packet_id; break;
        case Kind::disconnect:
            out.reason = static_cast<uint8_t>(get<mqtt::Disconnect>()->reason);
            break;
        case Kind::auth: out.reason = static_cast<uint8_t>(get<mqtt::Auth>()->reason); break;
        case Kind::none:
        case Kind::connect:
        case Kind::ping: break;
    }
    return GN_OK;
}

gn_status PacketBox::publish(gn_publish_view& out) const {
    const auto* packet = get<mqtt::Publish>();
    const auto* ack = get<mqtt::Ack>();
    if (packet == nullptr && (ack == nullptr || meta_ == nullptr)) return GN_E_INVALID;
    static constexpr MessageMeta kUnknown;
    const MessageMeta& meta = meta_ != nullptr ? *meta_ : kUnknown;
    const bool publishes = packet != nullptr;
    const bool retain = publishes && packet->retain;
    const bool dup = publishes && packet->dup;
    // Field by field: to clear it first would cost more than the rest.
    out.packet_id = publishes ? packet->packet_id : ack->packet_id;
    out.qos = publishes ? packet->qos : uint8_t{0};
    out.flags =
        static_cast<uint8_t>((retain ? GN_PK_RETAIN : 0) | (dup ? GN_PK_DUP : 0) | meta.flags);
    out.topic = publishes ? to_abi(packet->topic) : gn_str{};
    out.payload = publishes ? to_abi(packet->payload) : gn_str{};
    out.origin = to_abi(meta.origin);
    out.created_ms = meta.created_ms;
    out.expires_ms = meta.expires_ms;
    out.key = meta.key;
    out.order = meta.order;
    return GN_OK;
}

gn_status PacketBox::connect(gn_connect_view& out) const {
    const auto* packet = get<mqtt::Connect>();
    if (packet == nullptr) return GN_E_INVALID;
    out = {};
    out.keepalive_s = packet->keepalive_s;
    out.protocol = static_cast<uint8_t>(packet->version);
    out.flags = packet->clean_start ? GN_CL_CLEAN : 0;
    out.client_id = to_abi(packet->client_id);
    if (packet->has_username) out.username = to_abi(packet->username);
    if (packet->has_password) out.password = to_abi(packet->password);
    const mqtt::Properties& set = packet->properties;
    if (set.has(mqtt::PropertyId::authentication_method))
        out.auth_method = to_abi(set.authentication_method);
    if (set.has(mqtt::PropertyId::authentication_data))
        out.auth_data = to_abi(set.authentication_data);
    return GN_OK;
}

gn_status PacketBox::property_u32(uint32_t id, uint32_t& out) const {
    const mqtt::Properties* set = properties();
    return set != nullptr && mqtt::property_u32(*set, id, out) ? GN_OK : GN_E_GONE;
}

template <class Next>
bool PacketBox::step_to(Walk& walk, const mqtt::Properties& set, uint32_t index, Next next) {
    if (index == 0 || index != walk.next) walk = {mqtt::RepeatedProperties(set), 0};
    do {
        if (!next(walk.properties)) {
            walk.next = 0;
            return false;
        }
    } while (walk.next++ != index);
    return true;
}

gn_status PacketBox::property_u32_at(uint32_t id, uint32_t index, uint32_t& out) const {
    if (id != static_cast<uint32_t>(mqtt::PropertyId::subscription_identifier))
        return index == 0 ? property_u32(id, out) : GN_E_GONE;
    const mqtt::Properties* set = properties();
    if (set == nullptr) return GN_E_GONE;
    const auto next = [&out](mqtt::RepeatedProperties& rest) {
        return rest.next_subscription_identifier(out);
    };
    if (step_to(identifiers_, *set, index, next)) return GN_OK;
    return index == 0 ? property_u32(id, out) : GN_E_GONE;
}

gn_status PacketBox::property_string(uint32_t id, Bytes& out) const {
    const mqtt::Properties* set = properties();
    return set != nullptr && mqtt::property_string(*set, id, out) ? GN_OK : GN_E_GONE;
}

gn_status PacketBox::user_property(uint32_t index, mqtt::UserProperty& out) const {
    const mqtt::Properties* set = properties();
    if (set == nullptr) return GN_E_GONE;
    const auto next = [&out](mqtt::RepeatedProperties& rest) {
        return rest.next_user_property(out);
    };
    return step_to(users_, *set, index, next) ? GN_OK : GN_E_GONE;
}

gn_status PacketBox::filter(uint32_t index, gn_filter& out) const {
    out = {};
    if (index < results_.size()) out.reason = static_cast<uint8_t>(results_[index]);
    if (const auto* packet = get<mqtt::Subscribe>(); packet != nullptr) {
        if (index >= packet->filters.size()) return GN_E_GONE;
        const mqtt::SubscriptionRequest& request = packet->filters[index];
        out.filter = to_abi(request.filter);
        out.qos = request.qos;
        out.retain_handling = request.retain_handling;
        out.flags =
            static_cast<uint8_t>((request.no_local ? GN_SUB_NO_LOCAL : 0) |
                                 (request.retain_as_published ? GN_SUB_RETAIN_AS_PUBLISHED : 0));
        if (packet->properties.has(mqtt::PropertyId::subscription_identifier))
            out.identifier = packet->properties.subscription_identifier;
        return GN_OK;
    }
    if (const auto* packet = get<mqtt::Unsubscribe>(); packet != nullptr) {
        if (index >= packet->filters.size()) return GN_E_GONE;
        out.filter = to_abi(packet->filters[index]);
        return GN_OK;
    }
    return GN_E_INVALID;
}

// -- what plugins change --------------------------------------------------------------------

gn_status PacketBox::set_topic(Bytes topic) {
    auto* packet = get<mqtt::Publish>();
    if (packet == nullptr || topic.size() > kStringBytesMax || !topic_name_valid(topic, 0))
        return GN_E_INVALID;
    if (!touch(kTopic)) return GN_E_STATE;
    packet->topic = keep(topic);
    return GN_OK;
}

gn_status PacketBox::set_payload(Bytes payload) {
    auto* packet = get<mqtt::Publish>();
    if (packet == nullptr) return GN_E_INVALID;
    if (payload.size() > mqtt::kVariableIntegerMaximum) return GN_E_LIMIT;
    if (!touch(kPayload)) return GN_E_STATE;
    packet->payload = keep(payload);
    return GN_OK;
}

gn_status PacketBox::set_qos(uint8_t qos) {
    auto* packet = get<mqtt::Publish>();
    if (packet == nullptr || qos > 2) return GN_E_INVALID;
    if (!touch(kQos)) return GN_E_STATE;
    packet->qos = qos;
    return GN_OK;
}

gn_status PacketBox::set_retain(bool retain) {
    auto* packet = get<mqtt::Publish>();
    if (packet == nullptr) return GN_E_INVALID;
    if (!touch(kRetain)) return GN_E_STATE;
    packet->retain = retain;
    return GN_OK;
}

gn_status PacketBox::set_property_u32(uint32_t id, uint32_t value) {
    mqtt::Properties* set = properties();
    const auto property = static_cast<mqtt::PropertyId>(id);
    if (set == nullptr || mqtt::property_kind(id) == mqtt::PropertyKind::none ||
        !mqtt::property_allowed(property, place()))
        return GN_E_INVALID;
    mqtt::Properties probe = *set;
    if (!mqtt::set_property_u32(probe, id, value)) return GN_E_INVALID;
    if (!touch(kProperties)) return GN_E_STATE;
    if (property == mqtt::PropertyId::subscription_identifier) rewrite_repeated(*set, id);
    return mqtt::set_property_u32(*set, id, value) ? GN_OK : GN_E_INVALID;
}

gn_status PacketBox::set_property_string(uint32_t id, Bytes value) {
    mqtt::Properties* set = properties();
    if (set == nullptr || mqtt::property_kind(id) == mqtt::PropertyKind::none ||
        !mqtt::property_allowed(static_cast<mqtt::PropertyId>(id), place()))
        return GN_E_INVALID;
    mqtt::Properties probe = *set;
    if (!mqtt::set_property_string(probe, id, value)) return GN_E_INVALID;
    if (!touch(kProperties)) return GN_E_STATE;
    if (value.data() == nullptr) value = Bytes("", 0);
    return mqtt::set_property_string(*set, id, keep(value)) ? GN_OK : GN_E_INVALID;
}

gn_status PacketBox::clear_property(uint32_t id) {
    mqtt::Properties* set = properties();
    if (set == nullptr || mqtt::property_kind(id) == mqtt::PropertyKind::none) return GN_E_INVALID;
    const auto property = static_cast<mqtt::PropertyId>(id);
    const bool repeats = property == mqtt::PropertyId::user_property ||
                         property == mqtt::PropertyId::subscription_identifier;
    if (!touch(kProperties)) return GN_E_STATE;
    set->clear(property);
    if (repeats) rewrite_repeated(*set, id);
    return GN_OK;
}

gn_status PacketBox::add_user_property(const mqtt::UserProperty& property) {
    mqtt::Properties* set = properties();
    if (set == nullptr || property.key.size() > kStringBytesMax ||
        property.value.size() > kStringBytesMax ||
        !mqtt::property_allowed(mqtt::PropertyId::user_property, place()))
        return GN_E_INVALID;
    if (!touch(kProperties)) return GN_E_STATE;
    std::string& raw = owned().strings.emplace_front(set->raw);
    mqtt::append_user_property(property, raw);
    set->raw = raw;
    set->mark(mqtt::PropertyId::user_property);
    return GN_OK;
}

// Makes `raw` anew from what may repeat, but for the identifier `without`.
void PacketBox::rewrite_repeated(mqtt::Properties& properties, uint32_t without) {
    using mqtt::PropertyId;
    std::string& raw = owned().strings.emplace_front();
    if (without != static_cast<uint32_t>(PropertyId::user_property)) {
        mqtt::UserProperty pair;
        for (mqtt::RepeatedProperties walk(properties); walk.next_user_property(pair);)
            mqtt::append_user_property(pair, raw);
    }
    if (without != static_cast<uint32_t>(PropertyId::subscription_identifier)) {
        uint32_t identifier = 0;
        for (mqtt::RepeatedProperties walk(properties);
             walk.next_subscription_identifier(identifier);)
            mqtt::append_subscription_identifier(identifier, raw);
    }
    properties.raw = raw;
}

gn_status PacketBox::set_filter(uint32_t index, const gn_filter& filter) {
    Bytes text;
    Filter parsed;
    if (index >= filter_count() || !from_abi(filter.filter, text) ||
        !parse_filter(text, 0, parsed) || filter.qos > 2 || filter.retain_handling > 2)
        return GN_E_INVALID;
    if (!touch(kFilters)) return GN_E_STATE;
    if (auto* packet = get<mqtt::Unsubscribe>(); packet != nullptr) {
        packet->filters[index] = keep(text);
        return GN_OK;
    }
    mqtt::SubscriptionRequest& request = get<mqtt::Subscribe>()->filters[index];
    request.filter = keep(text);
    request.qos = filter.qos;
    request.retain_handling = filter.retain_handling;
    request.no_local = (filter.flags & GN_SUB_NO_LOCAL) != 0;
    request.retain_as_published = (filter.flags & GN_SUB_RETAIN_AS_PUBLISHED) != 0;
    return GN_OK;
}

gn_status PacketBox::refuse_filter(uint32_t index, uint8_t reason) {
    const size_t count = filter_count();
    if (index >= count || !mqtt::is_error(static_cast<mqtt::Reason>(reason))) return GN_E_INVALID;
    if (!touch(kFilters)) return GN_E_STATE;
    owned().refusals.resize(count, mqtt::Reason::success);
    owned().refusals[index] = static_cast<mqtt::Reason>(reason);
    return GN_OK;
}

}  // namespace grapnel
