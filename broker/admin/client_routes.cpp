#include "admin/client_routes.h"

#include <optional>
#include <utility>

#include "admin/client_detail.h"
#include "admin/client_list.h"
#include "admin/client_rates.h"
#include "admin/parameters.h"
#include "admin/reply.h"
#include "config/fault.h"
#include "server/eviction.h"

namespace grapnel {

namespace {

HttpResponse no_such_client() { return error_response(404, "there is no such client"); }

// A handler of what one client is asked for: `ask` gets its id.
template <class Ask>
HttpHandler of_client(Core& core, Ask ask) {
    return asking(core, [ask = std::move(ask)](const HttpRequest& request, const Reply& reply) {
        Parameters parameters(request, {"id"});
        const std::string id = parameters.required("id");
        if (!parameters.fault().empty()) return reply.give(error_response(400, parameters.fault()));
        ask(id, request, reply);
    });
}

HttpHandler list(Broker& broker) {
    const auto lists = std::make_shared<ClientLists>(broker);
    return asking(broker.core(), [lists](const HttpRequest& request, const Reply& reply) {
        Parameters parameters(request,
                              {"search", "username", "listener", "connected", "limit", "after"});
        ClientFilter filter(parameters);
        if (!parameters.fault().empty()) return reply.give(error_response(400, parameters.fault()));
        if (!lists->begin(std::move(filter), reply))
            reply.give(error_response(429, "too many lists are being made"));
    });
}

// The rates are kept by the main thread alone.
HttpHandler look(Broker& broker, const std::shared_ptr<TraceDesk>& traces) {
    const auto rates = std::make_shared<ClientRates>();
    return of_client(broker.core(), [&broker, traces, rates](const std::string& id,
                                                             const HttpRequest&,
                                                             const Reply& reply) {
        on_worker(broker.core().home_of(id), [&broker, traces, rates, id, reply](Worker& worker) {
            Session* const session = worker.sessions.find(id);
            if (session == nullptr) return reply.give(no_such_client());
            broker.post_main([traces, rates, reply,
                              detail = std::make_shared<const ClientDetail>(worker, *session)] {
                Json json = detail->json();
                json["rates"] = rates->look(*detail);
                json["trace"] = traces->logged(detail->row.id);
                reply.give(json_response(json));
            });
        });
    });
}

// The reason in the body of a request to disconnect; nothing, and `fault` says what is wrong.
std::optional<mqtt::Reason> reason_of(const std::string& body, std::string& fault) {
    if (body.empty()) return mqtt::Reason::administrative_action;
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) {
        fault = "the body must be a JSON object, as {\"reason\": 152}, or empty";
        return std::nullopt;
    }
    for (const auto& [key, value] : json.items())
        if (key != "reason") fault = "there is no key " + config::quoted(key);
    if (!fault.empty()) return std::nullopt;
    if (!json.contains("reason")) return mqtt::Reason::administrative_action;
    const Json& number = json["reason"];
    const bool fits = number.is_number_unsigned() && number.get<uint64_t>() <= 0xff;
    const auto code = fits ? number.get<uint8_t>() : uint8_t{1};
    const auto reason = static_cast<mqtt::Reason>(code);
    if (mqtt::reason_allowed(mqtt::PacketType::disconnect, code) &&
        reason != mqtt::Reason::disconnect_with_will)
        return reason;
    fault = "reason must be a reason code of a server's DISCONNECT, as 152";
    return std::nullopt;
}

HttpHandler disconnect(Core& core) {
    return of_client(
        core, [&core](const std::string& id, const HttpRequest& request, const Reply& reply) {
            std::string fault;
            const auto reason = reason_of(request.body, fault);
            if (!reason) return reply.give(error_response(400, fault));
            on_worker(core.home_of(id), [id, reason = *reason, reply](Worker& worker) {
                const bool done = disconnect_client(worker, id, reason);
                reply.give(done ? empty_response() : no_such_client());
            });
        });
}

HttpHandler drop(Core& core) {
    return of_client(core, [&core](const std::string& id, const HttpRequest&, const Reply& reply) {
        on_worker(core.home_of(id), [id, reply](Worker& worker) {
            const bool done = drop_session(worker, id, mqtt::Reason::administrative_action);
            reply.give(done ? empty_response() : no_such_client());
        });
    });
}

HttpResponse too_many_traces() {
    return error_response(429, "too many clients are traced, or too many read along");
}

HttpHandler begin_trace(Core& core, const std::shared_ptr<TraceDesk>& traces) {
    return of_client(core, [traces](const std::string& id, const HttpRequest&, const Reply& reply) {
        const auto applied = [reply] { reply.give(empty_response()); };
        if (!traces->log(id, applied)) reply.give(too_many_traces());
    });
}

HttpHandler end_trace(Core& core, const std::shared_ptr<TraceDesk>& traces) {
    return of_client(core, [traces](const std::string& id, const HttpRequest&, const Reply& reply) {
        traces->end(id, [reply] { reply.give(empty_response()); });
    });
}

// A HEAD request is answered as GET, and reads nothing.
HttpHandler follow_trace(Core& core, const std::shared_ptr<TraceDesk>& traces) {
    return of_client(
        core, [traces](const std::string& id, const HttpRequest& request, const Reply& reply) {
            HttpResponse response;
            response.type = "text/event-stream";
            if (request.method == "HEAD") return reply.give(std::move(response));
            const auto stream = std::make_shared<HttpStream>();
            response.stream = stream;
            const auto applied = [reply, response = std::move(response)] { reply.give(response); };
            if (!traces->follow(id, stream, applied)) reply.give(too_many_traces());
        });
}

}  // namespace

void add_client_routes(Api& api, Broker& broker, const std::shared_ptr<TraceDesk>& traces) {
    Core& core = broker.core();
    api.add("GET", "/clients", list(broker));
    api.add("GET", "/client", look(broker, traces));
    api.add("DELETE", "/client", drop(core));
    api.add("POST", "/client/disconnect", disconnect(core));
    api.add("PUT", "/client/trace", begin_trace(core, traces));
    api.add("DELETE", "/client/trace", end_trace(core, traces));
    api.add("GET", "/client/trace", follow_trace(core, traces));
}

}  // namespace grapnel
