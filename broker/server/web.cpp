#include "server/web.h"

#include <utility>

#include "base/log.h"
#include "config/admin.h"
#include "config/value.h"
#include "server/worker.h"
#include "stats/plugin_metrics_text.h"
#include "stats/sys_info.h"
#include "stats/sys_topics.h"

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

Web::Web(Core& core, std::function<Totals()> totals)
    : core_(core), totals_(std::move(totals)), service_(loops_of(core)) {
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
        if (!ready_.load(std::memory_order_relaxed))
            return answer(text_response(503, "starting\n"));
        answer(text_response(200, "ready\n"));
    });
    routes.add("GET", "/sysinfo", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response = text_response(200, sys_info_json(totals_()));
        response.type = "application/json";
        answer(std::move(response));
    });
    routes.add("GET", "/metrics", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response;
        response.type = "text/plain; version=0.0.4; charset=utf-8";
        render_metrics(response.body, snapshot());
        render_plugin_metrics(response.body, core_.hooks.metrics());
        answer(std::move(response));
    });
}

MetricsSnapshot Web::snapshot() const {
    MetricsSnapshot snapshot;
    snapshot.totals = totals_();
    for (const auto& worker : core_.workers) {
        const Counters& counters = worker->counters;
        snapshot.workers.push_back({counters.loop_lag.totals(), counters.mail_batches.get()});
        counters.commit_latency.add_to(snapshot.commit_latency);
    }
    snapshot.descriptors = process_descriptors();
    snapshot.descriptors_maximum = process_descriptors_maximum();
    return snapshot;
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

std::optional<Error> Web::open(const config::Listener& listener,
                               const std::shared_ptr<ListeningSocket>& socket) {
    std::string address = "http://" + socket->address();
    const char* type = "http";
    bool opened = false;
    ListenerState* state = nullptr;
    if (listener.type == config::ListenerType::http) {
        const bool admin = serves_admin(listener, socket->address());
        opened = service_.add_http(listener.id, socket, admin ? admin_routes_ : routes_);
    } else {
        type = "ws";
        address = "ws://" + socket->address() + listener.path;
        state = states_.emplace_back(std::make_unique<ListenerState>()).get();
        state->id = listener.id;
        state->maximum_clients = listener.maximum_clients;
        opened = service_.add_websocket(
            listener.id, socket, {listener.path, listener.origins, listener.maximum_frame_bytes},
            [this, state](size_t place, TransportPointer transport, const PeerAddress& peer) {
                // One that was accepted before and comes now would not be drained.
                Worker& worker = *core_.workers[place];
                if (!core_.draining.load(std::memory_order_relaxed) && worker.entrance.admits(peer))
                    worker.accept(std::move(transport), peer, *state);
            });
    }
    if (!opened)
        return Error{listener.where.text() + ": listener " + listener.id +
                     " cannot be served by libwebsockets"};
    log_info("server", "listening",
             {{"listener", listener.id}, {"type", type}, {"address", address}});
    bound_.push_back({listener.id, socket->address(), socket, state});
    return std::nullopt;
}

}  // namespace grapnel
