#include "admin/client_detail.h"

#include <algorithm>

#include "server/connection.h"

namespace grapnel {

namespace {

ClientDetail::Delivered delivered(const Delivery& delivery, uint16_t packet_id, const char* state) {
    ClientDetail::Delivered out;
    out.packet_id = packet_id;
    out.qos = delivery.qos;
    out.state = state;
    if (!delivery.message) return out;
    out.topic = delivery.message->topic();
    out.size_bytes = delivery.message->payload().size();
    return out;
}

const char* state_name(const Inflight::Entry& entry) {
    if (entry.state == Inflight::State::pubrel) return "pubcomp_awaited";
    return entry.delivery.qos == 1 ? "puback_awaited" : "pubrec_awaited";
}

Json json_of(const Traffic& traffic) {
    return {
        {"packets", traffic.packets()}, {"messages", traffic.messages}, {"bytes", traffic.bytes}};
}

Json json_of(const std::optional<ClientDetail::Will>& will) {
    if (!will) return nullptr;
    return {{"topic", will->topic},
            {"qos", will->qos},
            {"retain", will->retain},
            {"delay_s", will->delay_s}};
}

Json json_of(const ClientDetail::Subscribed& subscribed) {
    const SubscriptionOptions& options = subscribed.options;
    const bool identified = options.identifier != 0;
    return {{"filter", subscribed.filter},
            {"qos", options.qos},
            {"no_local", options.no_local},
            {"retain_as_published", options.retain_as_published},
            {"retain_handling", options.retain_handling},
            {"identifier", identified ? Json(options.identifier) : Json(nullptr)}};
}

Json json_of(const ClientDetail::Delivered& delivered) {
    Json json = Json::object();
    if (delivered.packet_id != 0) json["packet_id"] = delivered.packet_id;
    json["topic"] = text_or_null(delivered.topic);
    json["qos"] = delivered.qos;
    if (delivered.state != nullptr) json["state"] = delivered.state;
    json["size_bytes"] = delivered.size_bytes;
    return json;
}

template <class Items>
Json list_of(const Items& items) {
    Json list = Json::array();
    for (const auto& item : items) list.push_back(json_of(item));
    return list;
}

void copy_outbound(Outbound& outbound, ClientDetail& out) {
    Inflight& inflight = outbound.inflight;
    for (uint16_t id = inflight.first(); id != 0 && out.inflight.size() < out.kDeliveriesMost;
         id = inflight.next(id)) {
        const Inflight::Entry& entry = *inflight.find(id);
        out.inflight.push_back(delivered(entry.delivery, id, state_name(entry)));
    }
    const size_t count = std::min(outbound.queue.size(), out.kDeliveriesMost);
    for (size_t i = 0; i < count; ++i)
        out.queue.push_back(delivered(outbound.queue[i], 0, nullptr));
}

void copy_subscriptions(const Subscriptions& from, std::vector<ClientDetail::Subscribed>& out) {
    from.for_each([&](const Subscriptions::Entry& entry) {
        if (out.size() < ClientDetail::kSubscriptionsMost)
            out.push_back({std::string(entry.filter.bytes()), entry.options});
    });
    std::sort(out.begin(), out.end(),
              [](const auto& one, const auto& other) { return one.filter < other.filter; });
}

}  // namespace

ClientDetail::ClientDetail(Worker& worker, Session& session)
    : row(session), now_ms(worker.clock.monotonic_ms), is_tls(session.info.is_tls) {
    const ClientInfo& info = session.info;
    if (info.will)
        will = Will{std::string(info.will->message->topic()), info.will->delay_s,
                    info.will->message->qos(), info.will->message->retain()};
    if (!info.tls_subject.null()) tls_subject = info.tls_subject.bytes();
    copy_subscriptions(session.subscriptions, subscriptions);
    if (session.outbound) copy_outbound(*session.outbound, *this);
    if (session.tally)
        std::copy(std::begin(session.tally->dropped), std::end(session.tally->dropped), dropped);
    if (session.connection == nullptr) return;
    const Connection& connection = *session.connection;
    received = connection.received();
    sent = connection.sent();
    output_bytes = connection.output().bytes();
    connection_key = connection.key();
}

Json ClientDetail::json() const {
    Json json = row.json();
    json["will"] = json_of(will);
    json["subscription_list"] = list_of(subscriptions);
    json["inflight_list"] = list_of(inflight);
    json["queue_list"] = list_of(queue);
    json["received"] = json_of(received);
    json["sent"] = json_of(sent);
    Json reasons = Json::object();
    for (int i = 0; i < kDropReasons; ++i) reasons[kDropNames[i]] = dropped[i];
    json["dropped"] = std::move(reasons);
    json["output_bytes"] = output_bytes;
    json["tls"] = is_tls ? Json::object({{"subject", text_or_null(tls_subject)}}) : Json(nullptr);
    return json;
}

}  // namespace grapnel
