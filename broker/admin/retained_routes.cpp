#include "admin/retained_routes.h"

#include <algorithm>
#include <utility>

#include "admin/on_main.h"
#include "admin/retained_deletion.h"
#include "admin/sorted_page.h"
#include "base/base64.h"
#include "hooks/message_packet.h"
#include "mqtt/utf8.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

using mqtt::PropertyId;

constexpr size_t kPayloadMost = size_t{1} << 20U;  // of a message that is shown

// The next of a filter's messages, a few thousand at most.
std::vector<Ref<Message>> next_of(RetainedLookup& lookup, Broker& broker) {
    constexpr size_t kPlacesMost = 20'000;
    size_t looked_at = 0;
    return broker.core().retained.match(lookup, broker.wall_ms(), kPlacesMost, looked_at);
}

// The filter of a request; an error says what is wrong with it.
Result<std::string> filter_of(const HttpRequest& request, const char* otherwise) {
    const std::string* const given = request.parameter("filter");
    std::string text = given == nullptr ? otherwise : *given;
    Filter filter;
    if (!mqtt::is_mqtt_string(text) || !parse_filter(text, 0, filter) || filter.shared)
        return Error{"filter is no topic filter"};
    return text;
}

Json when(int64_t time_ms) { return time_ms == 0 ? Json(nullptr) : Json(time_ms); }

Json entry_of(const Message& message) {
    return {{"topic", message.topic()},
            {"size_bytes", message.payload().size()},
            {"qos", message.qos()},
            {"stored_ms", message.created_ms()},
            {"expires_ms", when(message.expires_ms())}};
}

Json properties_of(const Message& message) {
    mqtt::Properties properties;
    rebuild_properties(message.properties(), properties);
    Json json = Json::object();
    const auto text = [&](PropertyId id, const char* name, Bytes value) {
        if (properties.has(id)) json[name] = value;
    };
    text(PropertyId::content_type, "content_type", properties.content_type);
    text(PropertyId::response_topic, "response_topic", properties.response_topic);
    if (properties.has(PropertyId::correlation_data))
        json["correlation_data_base64"] = to_base64(properties.correlation_data);
    if (properties.has(PropertyId::payload_format_indicator))
        json["payload_format"] = properties.payload_format;
    mqtt::UserProperty pair;
    for (mqtt::RepeatedProperties walk(properties); walk.next_user_property(pair);)
        json["user_properties"].push_back({pair.key, pair.value});
    return json;
}

Json whole(const Message& message) {
    const Bytes payload = message.payload().substr(0, kPayloadMost);
    const bool is_text = payload.size() == message.payload().size() && mqtt::is_utf8(payload);
    Json json = entry_of(message);
    json["client_id"] = message.origin().empty() ? Json(nullptr) : Json(message.origin());
    json["payload"] = is_text ? Json(payload) : Json(nullptr);
    json["payload_base64"] = to_base64(payload);
    json["truncated"] = payload.size() < message.payload().size();
    json["properties"] = properties_of(message);
    return json;
}

void show(const Broker& broker, const Retained& retained, const HttpRequest& request,
          const HttpAnswer& answer) {
    Parameters parameters(request, {"topic"});
    const std::string topic = parameters.required("topic");
    if (!parameters.fault().empty()) return answer(error_response(400, parameters.fault()));
    const Ref<Message> message = retained.find(topic);
    if (!message || message->expired(broker.wall_ms()))
        return answer(error_response(404, "no message is retained there"));
    answer(json_response(whole(*message)));
}

void list(Broker& broker, Slices& slices, const HttpRequest& request, const HttpAnswer& answer) {
    Parameters parameters(request, {"filter", "limit", "after"});
    Page page = page_of(parameters);
    if (!parameters.fault().empty()) return answer(error_response(400, parameters.fault()));
    auto filter = filter_of(request, "#");
    if (!filter) return answer(error_response(400, filter.error().text));
    struct Listing {
        RetainedLookup lookup;
        SortedPage<Json> page;
    };
    const auto listing = std::make_shared<Listing>(
        Listing{{broker.core().retained, std::move(filter.value()), UINT64_MAX},
                SortedPage<Json>(std::move(page))});
    const bool begun = slices.begin([&broker, listing, answer] {
        for (const Ref<Message>& message : next_of(listing->lookup, broker))
            if (listing->page.wants(message->topic()))
                listing->page.add(std::string(message->topic()), entry_of(*message));
        if (!listing->lookup.ended()) return true;
        Json found = Json::array();
        const std::optional<std::string> next = listing->page.for_each(
            [&](const std::string&, const Json& entry) { found.push_back(entry); });
        answer(json_response(
            {{"retained", std::move(found)}, {"next", next ? Json(*next) : Json(nullptr)}}));
        return false;
    });
    if (!begun) answer(error_response(429, "too many lists are being made"));
}

void erase(Broker& broker, Slices& slices, const HttpRequest& request, const HttpAnswer& answer) {
    Parameters parameters(request, {"topic", "filter"});
    if (!parameters.fault().empty()) return answer(error_response(400, parameters.fault()));
    const std::string* const topic = parameters.text("topic");
    const std::string* const given = parameters.text("filter");
    if ((topic == nullptr) == (given == nullptr))
        return answer(error_response(400, "topic or filter, and not both"));
    auto filter = filter_of(request, "#");
    if (!filter) return answer(error_response(400, filter.error().text));
    const std::string& text = topic == nullptr ? *given : *topic;
    if (text.starts_with("$SYS/") || text == "$SYS")
        return answer(error_response(403, "topics below $SYS are the broker's own"));
    if (!broker.config().limits.retain_available)
        return answer(error_response(409, "limits.retain_available is false"));
    const auto deletion = std::make_shared<RetainedDeletion>(broker, answer);
    if (topic != nullptr) {
        if (Ref<Message> message = broker.core().retained.find(*topic))
            deletion->add(std::move(message));
        return deletion->begin();
    }
    const auto lookup = std::make_shared<RetainedLookup>(broker.core().retained,
                                                         std::move(filter.value()), UINT64_MAX);
    const bool begun = slices.begin([&broker, lookup, deletion] {
        for (Ref<Message>& message : next_of(*lookup, broker)) deletion->add(std::move(message));
        if (lookup->ended()) deletion->begin();
        return !lookup->ended();
    });
    if (!begun) answer(error_response(429, "too many lists are being made"));
}

}  // namespace

void add_retained_routes(Api& api, Broker& broker, const std::shared_ptr<Slices>& slices) {
    api.add(
        "GET", "/retained",
        on_main(broker, [&broker, slices](const HttpRequest& request, const HttpAnswer& answer) {
            list(broker, *slices, request, answer);
        }));
    api.add("GET", "/retained/message",
            [&broker](const HttpRequest& request, const HttpAnswer& answer) {
                show(broker, broker.core().retained, request, answer);
            });
    api.add("DELETE", "/retained",
            while_serving(broker,
                          [&broker, slices](const HttpRequest& request, const HttpAnswer& answer) {
                              erase(broker, *slices, request, answer);
                          }));
}

}  // namespace grapnel
