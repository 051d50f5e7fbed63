#include "admin/live_routes.h"

#include <utility>

#include "admin/on_main.h"

namespace grapnel {

namespace {

HttpHandler stream(Broker& broker, Live& live, EventStreams::Wants wants) {
    return on_main(broker, [&live, wants](const HttpRequest&, const HttpAnswer& answer) {
        live.stream(wants, answer);
    });
}

}  // namespace

void add_live_routes(Api& api, Broker& broker, Live& live) {
    api.add("GET", "/history", [&live](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response;
        response.type = "application/json";
        response.body = R"({"step_ms":1000,"samples":)" + live.history().list() + "}\n";
        answer(std::move(response));
    });
    api.add("GET", "/events", stream(broker, live, EventStreams::Wants::samples_and_log));
    api.add("GET", "/log", stream(broker, live, EventStreams::Wants::log));
}

}  // namespace grapnel
