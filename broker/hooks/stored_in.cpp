#include "hooks/stored_in.h"

#include <algorithm>

#include "hooks/abi.h"
#include "hooks/message_in.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

constexpr size_t kTextBytesMax = 65'535;  // MQTT 5.0, 1.5.4

bool short_text(gn_str text, Bytes& out) {
    return from_abi(text, out) && out.size() <= kTextBytesMax;
}

bool read_protocol(uint8_t protocol, mqtt::Version& out) {
    if (protocol < 3 || protocol > 5) return false;
    out = static_cast<mqtt::Version>(protocol);
    return true;
}

gn_status read_will(const gn_stored_client& in, StoredClient& out) {
    IncomingMessage will;
    if (const gn_status status = will.read(in.will); status != GN_OK) return status;
    will.view.origin = out.id;
    out.has_will = true;
    out.will.message = Message::create(will.view);
    out.will.delay_s = in.will_delay_s;
    out.will.message_expiry_s = will.expiry_s;
    out.will.has_message_expiry = will.expiry_s != 0;
    return GN_OK;
}

gn_status create_body(const gn_stored_message& in, Ref<Message>& out) {
    Bytes origin;
    if (!short_text(in.origin, origin)) return GN_E_INVALID;
    IncomingMessage message;
    if (const gn_status status = message.read(in.message); status != GN_OK) return status;
    message.view.origin = origin;
    message.view.key = in.key;
    message.view.created_ms = in.created_ms;
    message.view.expires_ms = in.expires_ms;
    message.view.expiry_announced = message.expiry_s != 0;
    out = Message::create(message.view);
    return GN_OK;
}

// What every record of a message says of its delivery, whatever it says of the body.
bool read_flags(const gn_stored_message& in, uint8_t& qos, bool& retain) {
    gn_message message;
    if (!copy_in(in.message, GN_SIZE_THROUGH(gn_message, payload), message) || message.qos > 2)
        return false;
    qos = message.qos;
    retain = message.retain != 0;
    return true;
}

bool read_type(uint8_t type, mqtt::PacketType& out) {
    out = type == 0 ? mqtt::PacketType::publish : static_cast<mqtt::PacketType>(type);
    return out == mqtt::PacketType::publish || out == mqtt::PacketType::pubrec ||
           out == mqtt::PacketType::pubrel;
}

// As a PUBLISH can carry them (MQTT 5.0, 3.3.2.3.8).
bool are_identifiers(const gn_stored_message& in) {
    return std::all_of(
        in.subscription_ids, in.subscription_ids + in.subscription_id_count,
        [](uint32_t each) { return each != 0 && each <= mqtt::kVariableIntegerMaximum; });
}

}  // namespace

gn_status read_stored(const gn_stored_client* record, StoredClient& out) {
    gn_stored_client in;
    if (!copy_in(record, GN_SIZE_THROUGH(gn_stored_client, id), in)) return GN_E_INVALID;
    Bytes id;
    Bytes username;
    Bytes remote;
    Bytes listener;
    if (!short_text(in.id, id) || id.empty() || !short_text(in.username, username) ||
        !from_abi(in.remote, remote) || !from_abi(in.listener, listener) ||
        !read_protocol(in.protocol, out.version))
        return GN_E_INVALID;
    out.id = id;
    out.username = username;
    out.has_username = username.data() != nullptr;
    out.remote = remote;
    out.listener = listener;
    out.clean_start = (in.flags & GN_CL_CLEAN) != 0;
    out.session_expiry_s = in.session_expiry_s;
    if (in.receive_maximum != 0 && in.receive_maximum <= 65'535)
        out.receive_maximum = static_cast<uint16_t>(in.receive_maximum);
    out.disconnected_ms = in.disconnected_ms;
    out.will_due_ms = in.will_due_ms;
    return in.will == nullptr ? GN_OK : read_will(in, out);
}

gn_status read_stored(const gn_stored_subscription* record, StoredSubscription& out) {
    gn_stored_subscription in;
    gn_filter asked;
    Bytes id;
    Bytes text;
    Filter parsed;
    if (!copy_in(record, GN_SIZE_THROUGH(gn_stored_subscription, filter), in) ||
        !copy_in(in.filter, GN_SIZE_THROUGH(gn_filter, flags), asked) ||
        !short_text(in.client_id, id) || id.empty() || !from_abi(asked.filter, text) ||
        !parse_filter(text, 0, parsed) || asked.qos > 2 || asked.retain_handling > 2 ||
        asked.identifier > mqtt::kVariableIntegerMaximum)
        return GN_E_INVALID;
    out.client_id = id;
    out.filter = text;
    out.options.identifier = asked.identifier;
    out.options.qos = asked.qos;
    out.options.retain_handling = asked.retain_handling;
    out.options.no_local = (asked.flags & GN_SUB_NO_LOCAL) != 0;
    out.options.retain_as_published = (asked.flags & GN_SUB_RETAIN_AS_PUBLISHED) != 0;
    return GN_OK;
}

gn_status StoredMessages::read(const gn_stored_message* record, StoredMessage& out) {
    gn_stored_message in;
    Bytes id;
    if (!copy_in(record, GN_SIZE_THROUGH(gn_stored_message, message), in) ||
        !short_text(in.client_id, id) || id.empty() || !read_type(in.type, out.type) ||
        (in.subscription_id_count != 0 && in.subscription_ids == nullptr) || !are_identifiers(in))
        return GN_E_INVALID;
    if (in.message != nullptr) {
        if (const gn_status status = read_body(in, out); status != GN_OK) return status;
    } else if (out.type == mqtt::PacketType::publish) {
        return GN_E_INVALID;
    }
    out.client_id = id;
    out.packet_id = in.packet_id;
    out.dup = in.dup != 0;
    out.sent_ms = in.sent_ms;
    out.key = in.key;
    out.order = in.order;
    if (in.subscription_id_count != 0)
        out.subscription_identifiers.assign(in.subscription_ids,
                                            in.subscription_ids + in.subscription_id_count);
    return GN_OK;
}

gn_status StoredMessages::read_body(const gn_stored_message& in, StoredMessage& out) {
    if (!read_flags(in, out.qos, out.retain)) return GN_E_INVALID;
    if (in.key == 0) return create_body(in, out.message);
    const auto found = bodies_.find(in.key);
    if (found != bodies_.end()) {
        out.message = found->second;
        return GN_OK;
    }
    const gn_status status = create_body(in, out.message);
    if (status == GN_OK) bodies_.emplace(in.key, out.message);
    return status;
}

// A delivery's QoS may be lower than that of the message: then the body is not the retained one.
gn_status StoredMessages::read_retained(const gn_stored_message* record, Ref<Message>& out) {
    gn_stored_message in;
    uint8_t qos = 0;
    bool retain = false;
    if (!copy_in(record, GN_SIZE_THROUGH(gn_stored_message, message), in) ||
        in.client_id.len != 0 || !read_flags(in, qos, retain))
        return GN_E_INVALID;
    const auto found = bodies_.empty() || in.key == 0 ? bodies_.end() : bodies_.find(in.key);
    if (found == bodies_.end() || found->second->qos() != qos || found->second->retain() != retain)
        return create_body(in, out);
    out = found->second;
    return GN_OK;
}

}  // namespace grapnel
