#include "server/web.h"

#include <utility>

#include "base/log.h"
#include "hooks/plugin_state_metrics.h"
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
    add_routes();
}

bool Web::start() { return service_.start(); }

void Web::drain() { service_.drain(); }

void Web::add_routes() {
    routes_->add("GET", "/healthz", [](const HttpRequest&, const HttpAnswer& answer) {
        answer(text_response(200, "ok\n"));
    });
    routes_->add("GET", "/ready", [this](const HttpRequest&, const HttpAnswer& answer) {
        if (core_.draining.load(std::memory_order_relaxed))
            return answer(text_response(503, "draining\n"));
        if (!ready_.load(std::memory_order_relaxed))
            return answer(text_response(503, "starting\n"));
        answer(text_response(200, "ready\n"));
    });
    routes_->add("GET", "/sysinfo", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response = text_response(200, sys_info_json(snapshot_().totals));
        response.type = "application/json";
        answer(std::move(response));
    });
    routes_->add("GET", "/metrics", [this](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response;
        response.type = "text/plain; version=0.0.4; charset=utf-8";
        render_metrics(response.body, snapshot_());
        render_plugin_states(response.body, *core_.hooks.noted_states());
        render_plugin_metrics(response.body, core_.hooks.metrics());
        answer(std::move(response));
    });
}

std::optional<Error> Web::open(const config::Listener& listener,
                               const std::shared_ptr<ListeningSocket>& socket) {
    std::string address = "http://" + socket->address();
    const char* type = "http";
    bool opened = false;
    if (listener.type == config::ListenerType::http) {
        opened = service_.add_http(listener.id, socket, routes_);
    } else {
        type = "ws";
        address = "ws://" + socket->address() + listener.path;
        ListenerState* const state = states_.emplace_back(std::make_unique<ListenerState>()).get();
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
    if (listener.type == config::ListenerType::websocket)
        core_.listeners.add(*states_.back(), socket);
    log_info("server", "listening",
             {{"listener", listener.id}, {"type", type}, {"address", address}});
    bound_.push_back({listener.id, socket->address()});
    return std::nullopt;
}

}  // namespace grapnel
