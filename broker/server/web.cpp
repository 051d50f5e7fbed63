#include "server/web.h"

#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "config/admin.h"
#include "config/value.h"
#include "hooks/plugin_state_metrics.h"
#include "server/entrance.h"
#include "server/worker.h"
#include "stats/plugin_metrics_text.h"
#include "stats/sys_info.h"

namespace grapnel {

namespace {

std::vector<Loop*> loops_of(const Core& core) {
    std::vector<Loop*> loops;
    for (const auto& worker : core.workers) loops.push_back(&worker->loop);
    return loops;
}

HttpResponse text_response(int status, std::string text) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(text);
    return response;
}

}  // namespace

Web::Web(Core& core, std::function<MetricsSnapshot()> snapshot)
    : core_(core), snapshot_(std::move(snapshot)), service_(loops_of(core)) {
    add_routes(*routes_);
    add_routes(*admin_routes_);
}

bool Web::start() { return service_.start(); }

void Web::drain() { service_.drain(); }

void Web::add_routes(HttpRoutes& routes) {
    routes.add("GET", "/healthz", [](const HttpRequest&, const HttpAnswer& answer) {
        answer(text_response(200, "ok\n"));
    });
    routes.add("GET", "/ready", [this](const HttpRequest&, const HttpAnswer& answer) {
        if (core_.draining.load(std::memory_order_relaxed))
            return answer(text_response(503, "draining\n"));
        if (!core_.ready.load(std::memory_order_acquire))
            return answer(text_response(503, "starting\n"));
        answer(text_response(200, "ready\n"));
    });
    routes.add("GET", "/sysinfo", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response = text_response(200, sys_info_json(snapshot_().totals));
        response.type = "application/json";
        answer(std::move(response));
    });
    routes.add("GET", "/metrics", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response;
        response.type = "text/plain; version=0.0.4; charset=utf-8";
        render_metrics(response.body, snapshot_());
        render_plugin_states(response.body, *core_.hooks.noted_states());
        render_plugin_metrics(response.body, core_.hooks.metrics());
        answer(std::move(response));
    });
}

// `bound` counts, which an inherited socket decides.
bool Web::serves_admin(const config::Listener& listener, const std::string& bound) const {
    config::Listener real = listener;
    if (const auto address = config::parse_address(bound)) real.host = address->host;
    if (!config::serves_admin(core_.config, real)) return false;
    if (!config::is_loopback(real.host) && !listener.tls)
        log_warn("server", "the tokens of operators come over the network without TLS",
                 {{"listener", listener.id}, {"address", bound}});
    return true;
}

WebDoor Web::door(TlsServer* tls) {
    WebDoor door;
    door.admits = [this](const PeerAddress& peer) {
        Clock clock;
        clock.refresh();
        return admits(core_, counters_, peer, clock.monotonic_ms);
    };
    door.tls = tls;
    door.unreadable = &counters_.requests_unreadable;
    return door;
}

std::optional<Error> Web::open(const config::Listener& listener,
                               const std::shared_ptr<ListeningSocket>& socket,
                               std::unique_ptr<TlsServer> tls) {
    auto owned = std::make_unique<Served>();
    ListenerState* const state = &owned->state;
    TlsServer* const server = tls.get();
    state->id = listener.id;
    state->maximum_clients = listener.maximum_clients;
    owned->tls = std::move(tls);
    served_.push_back(std::move(owned));
    const bool is_http = listener.type == config::ListenerType::http;
    const std::string scheme =
        std::string(is_http ? "http" : "ws") + (server != nullptr ? "s" : "");
    std::string address = scheme + "://" + socket->address();
    bool opened = false;
    if (is_http) {
        opened =
            service_.add_http(listener.id, socket, door(server),
                              serves_admin(listener, socket->address()) ? admin_routes_ : routes_);
    } else {
        address += listener.path;
        opened = service_.add_websocket(
            listener.id, socket, door(server),
            {listener.path, listener.origins, listener.maximum_frame_bytes},
            [this, state](size_t place, TransportPointer transport, const PeerAddress& peer) {
                // One that was accepted before and comes now would not be drained.
                if (!core_.draining.load(std::memory_order_relaxed))
                    core_.workers[place]->accept(std::move(transport), peer, *state);
            });
    }
    if (!opened)
        return Error{listener.where.text() + ": listener " + listener.id +
                     " cannot be served by libwebsockets"};
    core_.listeners.add(
        {.state = state, .socket = socket, .type = is_http ? "http" : "ws", .tls = server});
    log_info("server", "listening",
             {{"listener", listener.id}, {"type", is_http ? "http" : "ws"}, {"address", address}});
    bound_.push_back({listener.id, socket->address()});
    return std::nullopt;
}

TlsServer* Web::tls_of(const std::string& id) const {
    for (const auto& served : served_)
        if (served->state.id == id) return served->tls.get();
    return nullptr;
}

void Web::add_to(Totals& totals) const { totals.add(counters_); }

}  // namespace grapnel
