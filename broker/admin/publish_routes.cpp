#include "admin/publish_routes.h"

#include <limits>
#include <utility>

#include "admin/members.h"
#include "admin/on_main.h"
#include "mqtt/properties.h"
#include "mqtt/utf8.h"
#include "server/owned_message.h"
#include "server/publishing.h"

namespace grapnel {

namespace {

using mqtt::PropertyId;

constexpr size_t kTextMost = 65'535;  // of MQTT

size_t varint_size(size_t value) {
    size_t size = 1;
    for (; value >= 128; value /= 128) ++size;
    return size;
}

// A message as a request gives it.
struct Draft : OwnedMessage {
    uint32_t expiry_s = 0;  // 0: none

    // Of the PUBLISH that a client would have sent.
    size_t packet_bytes() const {
        const size_t set = properties.size() + (expiry_s != 0 ? 5 : 0);
        const size_t rest =
            2 + topic.size() + (qos != 0 ? 2 : 0) + varint_size(set) + set + payload.size();
        return 1 + varint_size(rest) + rest;
    }
};

void read_payload(Members& members, Draft& draft) {
    const std::optional<std::string> text = members.text("payload");
    const std::optional<std::string> bytes = members.bytes("payload_base64");
    if (text && bytes) members.fail("payload and payload_base64 exclude each other");
    if (!text && !bytes) members.fail("payload or payload_base64 is missing");
    draft.payload = text ? *text : bytes.value_or("");
}

void read_user_properties(Members& members, mqtt::Properties& properties, std::string& raw) {
    const char* const name = "user_properties";
    const Json* const list = members.value(name);
    if (list == nullptr) return;
    const auto fail = [&] { members.fail(std::string(name) + " is a list of [name, value]"); };
    if (!list->is_array()) return fail();
    for (const Json& pair : *list) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string())
            return fail();
        const auto& key = pair[0].get_ref<const std::string&>();
        const auto& value = pair[1].get_ref<const std::string&>();
        for (const std::string& text : {key, value})
            if (text.size() > kTextMost || !mqtt::is_mqtt_string(text))
                return members.fail(std::string(name) + ": a text is none of MQTT");
        mqtt::append_user_property({key, value}, raw);
    }
    if (raw.empty()) return;
    properties.raw = raw;
    properties.mark(PropertyId::user_property);
}

void read_properties(Members& members, Draft& draft) {
    mqtt::Properties properties;
    const auto set = [&](PropertyId id, const char* name, const std::optional<std::string>& value) {
        if (value && !mqtt::set_property_string(properties, static_cast<uint32_t>(id), *value))
            members.fail(std::string(name) + " is not what MQTT allows there");
    };
    const auto content_type = members.text("content_type");
    const auto response_topic = members.text("response_topic");
    const auto correlation_data = members.bytes("correlation_data_base64");
    set(PropertyId::content_type, "content_type", content_type);
    set(PropertyId::response_topic, "response_topic", response_topic);
    set(PropertyId::correlation_data, "correlation_data_base64", correlation_data);
    std::string raw;
    read_user_properties(members, properties, raw);
    mqtt::collect_forwarded_properties(properties, draft.properties);
}

Draft read_draft(Members& members) {
    Draft draft;
    const std::optional<std::string> topic = members.text("topic");
    if (!topic) members.fail("topic is missing");
    draft.topic = topic.value_or("");
    read_payload(members, draft);
    draft.qos = static_cast<uint8_t>(members.number("qos", 0, 2).value_or(0));
    draft.retain = members.flag("retain").value_or(false);
    draft.expiry_s = static_cast<uint32_t>(
        members.number("message_expiry_s", 1, std::numeric_limits<uint32_t>::max()).value_or(0));
    read_properties(members, draft);
    return draft;
}

// What a client that published this would be refused for; 202: nothing.
HttpResponse judge(const config::Limits& limits, const Draft& draft) {
    if (draft.topic.size() > kTextMost || !mqtt::is_mqtt_string(draft.topic))
        return error_response(400, "topic is no topic name");
    switch (judge_topic(limits, draft.topic)) {
        case mqtt::Reason::success: break;
        case mqtt::Reason::not_authorized:
            return error_response(403, "topics below $SYS and $share are the broker's own");
        default: return error_response(400, "topic is no topic name, or has too many levels");
    }
    if (draft.qos > limits.maximum_qos)
        return error_response(409, "qos is above limits.maximum_qos");
    if (draft.retain && !limits.retain_available)
        return error_response(409, "limits.retain_available is false");
    if (limits.maximum_packet_size_bytes != 0 &&
        draft.packet_bytes() > limits.maximum_packet_size_bytes)
        return error_response(413, "the message is above limits.maximum_packet_size");
    return json_response(Json::object(), 202);
}

void publish(Broker& broker, const HttpRequest& request, const HttpAnswer& answer) {
    Members members(request);
    const Draft draft = read_draft(members);
    if (!members.fault().empty()) return answer(error_response(400, members.fault()));
    HttpResponse response = judge(broker.config().limits, draft);
    if (response.status != 202) return answer(std::move(response));
    switch (broker.publish(draft.view(), draft.expiry_s)) {
        case GN_OK: return answer(std::move(response));
        case GN_E_UNSUPPORTED: return answer(error_response(409, "broker.inline_client is false"));
        default: return answer(error_response(503, "too much waits to be published"));
    }
}

}  // namespace

void add_publish_routes(Api& api, Broker& broker) {
    api.add("POST", "/publish",
            while_serving(broker, [&broker](const HttpRequest& request, const HttpAnswer& answer) {
                publish(broker, request, answer);
            }));
}

}  // namespace grapnel
