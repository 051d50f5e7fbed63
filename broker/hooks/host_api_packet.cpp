#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/host_api.h"
#include "hooks/targets.h"
#include "mqtt/utf8.h"

namespace grapnel {

namespace {

// GN_OK when the object may be touched here.
gn_status usable(const void* object) {
    if (object == nullptr) return GN_E_INVALID;
    return current_thread.dispatcher == nullptr ? GN_E_THREAD : GN_OK;
}

// A sized view out of a getter of PacketBox, which on GN_OK sets every field but the size.
template <class View>
gn_status show(const gn_packet* packet, gn_status (PacketBox::*get)(View&) const, View* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    if (out != nullptr && out->size == sizeof(View)) {
        const gn_status status = (PacketBox::from(packet)->*get)(*out);
        out->size = sizeof(View);
        return status;
    }
    View view{};
    const gn_status status = (PacketBox::from(packet)->*get)(view);
    return status == GN_OK ? copy_out(view, out) : status;
}

gn_status view(const gn_packet* packet, gn_packet_view* out) {
    return show(packet, &PacketBox::view, out);
}

gn_status publish(const gn_packet* packet, gn_publish_view* out) {
    return show(packet, &PacketBox::publish, out);
}

gn_status connect(const gn_packet* packet, gn_connect_view* out) {
    return show(packet, &PacketBox::connect, out);
}

gn_status prop_u32(const gn_packet* packet, uint32_t id, uint32_t* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    return out == nullptr ? GN_E_INVALID : PacketBox::from(packet)->property_u32(id, *out);
}

gn_status prop_u32_at(const gn_packet* packet, uint32_t id, uint32_t index, uint32_t* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    return out == nullptr ? GN_E_INVALID
                          : PacketBox::from(packet)->property_u32_at(id, index, *out);
}

gn_status prop_str(const gn_packet* packet, uint32_t id, gn_str* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    if (out == nullptr) return GN_E_INVALID;
    Bytes value;
    const gn_status status = PacketBox::from(packet)->property_string(id, value);
    if (status == GN_OK) *out = to_abi(value);
    return status;
}

gn_status user(const gn_packet* packet, uint32_t index, gn_pair* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    if (out == nullptr) return GN_E_INVALID;
    mqtt::UserProperty pair;
    const gn_status status = PacketBox::from(packet)->user_property(index, pair);
    if (status == GN_OK) *out = {to_abi(pair.key), to_abi(pair.value)};
    return status;
}

gn_status filter(const gn_packet* packet, uint32_t index, gn_filter* out) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    gn_filter filter{};
    const gn_status status = PacketBox::from(packet)->filter(index, filter);
    return status == GN_OK ? copy_out(filter, out) : status;
}

gn_status set_topic(gn_packet* packet, gn_str topic) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    Bytes text;
    return from_abi(topic, text) ? PacketBox::from(packet)->set_topic(text) : GN_E_INVALID;
}

gn_status set_payload(gn_packet* packet, gn_str payload) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    Bytes bytes;
    return from_abi(payload, bytes) ? PacketBox::from(packet)->set_payload(bytes) : GN_E_INVALID;
}

gn_status set_qos(gn_packet* packet, uint8_t qos) {
    const gn_status status = usable(packet);
    return status == GN_OK ? PacketBox::from(packet)->set_qos(qos) : status;
}

gn_status set_retain(gn_packet* packet, int32_t retain) {
    const gn_status status = usable(packet);
    return status == GN_OK ? PacketBox::from(packet)->set_retain(retain != 0) : status;
}

gn_status set_prop_u32(gn_packet* packet, uint32_t id, uint32_t value) {
    const gn_status status = usable(packet);
    return status == GN_OK ? PacketBox::from(packet)->set_property_u32(id, value) : status;
}

gn_status set_prop_str(gn_packet* packet, uint32_t id, gn_str value) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    Bytes bytes;
    return from_abi(value, bytes) ? PacketBox::from(packet)->set_property_string(id, bytes)
                                  : GN_E_INVALID;
}

gn_status clear_prop(gn_packet* packet, uint32_t id) {
    const gn_status status = usable(packet);
    return status == GN_OK ? PacketBox::from(packet)->clear_property(id) : status;
}

gn_status add_user(gn_packet* packet, gn_pair pair) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    mqtt::UserProperty property;
    if (!from_abi(pair.key, property.key) || !from_abi(pair.value, property.value) ||
        !mqtt::is_mqtt_string(property.key) || !mqtt::is_mqtt_string(property.value))
        return GN_E_INVALID;
    return PacketBox::from(packet)->add_user_property(property);
}

gn_status set_filter(gn_packet* packet, uint32_t index, const gn_filter* argument) {
    if (const gn_status status = usable(packet); status != GN_OK) return status;
    gn_filter filter;
    if (!copy_in(argument, GN_SIZE_THROUGH(gn_filter, filter), filter)) return GN_E_INVALID;
    return PacketBox::from(packet)->set_filter(index, filter);
}

gn_status refuse_filter(gn_packet* packet, uint32_t index, uint8_t reason) {
    const gn_status status = usable(packet);
    return status == GN_OK ? PacketBox::from(packet)->refuse_filter(index, reason) : status;
}

gn_status target(const gn_targets* targets, uint32_t index, gn_target* out) {
    if (const gn_status status = usable(targets); status != GN_OK) return status;
    gn_target target{};
    const gn_status status = Targets::from(targets)->target(index, target);
    return status == GN_OK ? copy_out(target, out) : status;
}

gn_status drop_target(gn_targets* targets, uint32_t index) {
    const gn_status status = usable(targets);
    return status == GN_OK ? Targets::from(targets)->drop(index) : status;
}

gn_status pick_target(gn_targets* targets, uint32_t index) {
    const gn_status status = usable(targets);
    return status == GN_OK ? Targets::from(targets)->pick(index) : status;
}

}  // namespace

const gn_packet_api HostApi::packet{
    sizeof(gn_packet_api),
    0,
    grapnel::view,
    grapnel::publish,
    grapnel::connect,
    prop_u32,
    prop_str,
    user,
    grapnel::filter,
    set_topic,
    set_payload,
    set_qos,
    set_retain,
    set_prop_u32,
    set_prop_str,
    clear_prop,
    add_user,
    set_filter,
    refuse_filter,
    target,
    drop_target,
    pick_target,
    prop_u32_at,
};

}  // namespace grapnel
