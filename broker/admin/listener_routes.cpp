#include "admin/listener_routes.h"

#include <algorithm>
#include <utility>

#include "admin/on_main.h"
#include "admin/page_request.h"

namespace grapnel {

namespace {

HttpResponse listeners_of(Broker& broker) {
    Json listeners = Json::array();
    for (const MetricsSnapshot::Listener& each :
         broker.core().listeners.figures(broker.monotonic_ms()))
        listeners.push_back({{"id", each.id},
                             {"type", each.type},
                             {"address", each.address},
                             {"tls", each.tls},
                             {"clients", each.clients},
                             {"maximum_clients", each.maximum_clients},
                             {"state", each.resting ? "resting" : "open"}});
    return json_response({{"listeners", std::move(listeners)}});
}

HttpResponse bans_of(Broker& broker) {
    const int64_t now_ms = broker.monotonic_ms();
    const int64_t offset_ms = broker.wall_ms() - now_ms;
    std::vector<LoginBans::Ban> all = broker.core().bans.all(now_ms);
    std::sort(all.begin(), all.end(), [](const LoginBans::Ban& a, const LoginBans::Ban& b) {
        return a.until_ms > b.until_ms;
    });
    Json bans = Json::array();
    for (const LoginBans::Ban& ban : all)
        bans.push_back({{"address", ban.block.text()},
                        {"until_ms", ban.until_ms + offset_ms},
                        {"failures", ban.failures}});
    return json_response({{"bans", std::move(bans)}});
}

HttpResponse lift_ban(Broker& broker, const HttpRequest& request) {
    Parameters parameters(request, {"address"});
    const std::string address = parameters.required("address");
    if (!parameters.fault().empty()) return error_response(400, parameters.fault());
    const auto block = AddressBlock::parse(address);
    if (!block) return error_response(400, "address is an IP address, or an IPv6 network of /64");
    if (!broker.core().bans.lift(*block, broker.monotonic_ms()))
        return error_response(404, "nobody is banned there");
    return empty_response();
}

}  // namespace

void add_listener_routes(Api& api, Broker& broker) {
    api.add("GET", "/listeners",
            on_main(broker, [&broker](const HttpRequest&, const HttpAnswer& answer) {
                answer(listeners_of(broker));
            }));
    api.add("GET", "/bans",
            [&broker](const HttpRequest&, const HttpAnswer& answer) { answer(bans_of(broker)); });
    api.add("DELETE", "/bans", [&broker](const HttpRequest& request, const HttpAnswer& answer) {
        answer(lift_ban(broker, request));
    });
}

}  // namespace grapnel
