#include "hooks/message_in.h"

#include "hooks/abi.h"
#include "mqtt/properties.h"
#include "mqtt/utf8.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

constexpr size_t kStringBytesMax = 65'535;  // MQTT 5.0, 1.5.4

bool set_string(mqtt::Properties& set, mqtt::PropertyId id, gn_str text) {
    if (text.ptr == nullptr) return text.len == 0;
    return mqtt::set_property_string(set, static_cast<uint32_t>(id), Bytes{text.ptr, text.len});
}

bool add_user_properties(const gn_message& message, mqtt::Properties& set, std::string& raw) {
    if (message.user_count != 0 && message.user == nullptr) return false;
    for (uint32_t i = 0; i < message.user_count; ++i) {
        mqtt::UserProperty pair;
        if (!from_abi(message.user[i].key, pair.key) ||
            !from_abi(message.user[i].value, pair.value) || pair.key.size() > kStringBytesMax ||
            pair.value.size() > kStringBytesMax || !mqtt::is_mqtt_string(pair.key) ||
            !mqtt::is_mqtt_string(pair.value))
            return false;
        mqtt::append_user_property(pair, raw);
        if (raw.size() > mqtt::kVariableIntegerMaximum) return false;
    }
    set.raw = raw;
    if (message.user_count != 0) set.mark(mqtt::PropertyId::user_property);
    return true;
}

}  // namespace

gn_status IncomingMessage::read(const gn_message* message) {
    gn_message in;
    if (!copy_in(message, GN_SIZE_THROUGH(gn_message, payload), in)) return GN_E_INVALID;
    if (!from_abi(in.topic, view.topic) || !from_abi(in.payload, view.payload) || in.qos > 2 ||
        view.topic.size() > kStringBytesMax || !topic_name_valid(view.topic, 0))
        return GN_E_INVALID;
    if (view.payload.size() > mqtt::kVariableIntegerMaximum) return GN_E_LIMIT;

    mqtt::Properties set;
    std::string raw;
    if (!set_string(set, mqtt::PropertyId::content_type, in.content_type) ||
        !set_string(set, mqtt::PropertyId::response_topic, in.response_topic) ||
        !set_string(set, mqtt::PropertyId::correlation_data, in.correlation) ||
        !add_user_properties(in, set, raw) || in.payload_format > 2)
        return GN_E_INVALID;
    if (in.payload_format != 0) {
        set.payload_format = in.payload_format == 1 ? 1 : 0;
        set.mark(mqtt::PropertyId::payload_format_indicator);
    }
    properties.clear();
    mqtt::collect_forwarded_properties(set, properties);
    view.properties = properties;
    view.qos = in.qos;
    view.retain = in.retain != 0;
    expiry_s = in.expiry_s;
    return GN_OK;
}

}  // namespace grapnel
