#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "server/core.h"
#include "stats/counters.h"
#include "stats/metrics_text.h"
#include "web/service.h"

namespace grapnel {

// What the broker serves through libwebsockets: MQTT over WebSocket, and what HTTP tells of the
// broker. Main thread.
class Web {
public:
    // `snapshot` may be called on any thread until stop().
    Web(Core& core, std::function<MetricsSnapshot()> snapshot);

    static bool opens(const config::Listener& listener) {
        return listener.type == config::ListenerType::websocket ||
               listener.type == config::ListenerType::http;
    }

    // What only listeners that serve the operator have, beside what all do; filled before open().
    HttpRoutes& admin_routes() { return *admin_routes_; }

    [[nodiscard]] bool start();
    // Accepts from the socket; an error names the listener. `tls`: null for plain.
    std::optional<Error> open(const config::Listener& listener,
                              const std::shared_ptr<ListeningSocket>& socket,
                              std::unique_ptr<TlsServer> tls);
    // The TLS of a listener of that id; null: there is none.
    TlsServer* tls_of(const std::string& id) const;
    // Adds what was counted here. Any thread.
    void add_to(Totals& totals) const;
    // The broker ends: no more WebSocket connections; HTTP answers until stop().
    void drain();
    void stop() { service_.stop(); }

    struct Bound {
        std::string id;
        std::string address;
    };
    const std::vector<Bound>& bound() const { return bound_; }

private:
    // To connections a listener is plain: TLS has ended before they begin.
    struct Served {
        ListenerState state;
        std::unique_ptr<TlsServer> tls;
    };

    WebDoor door(TlsServer* tls);
    void add_routes(HttpRoutes& routes);
    bool serves_admin(const config::Listener& listener, const std::string& bound) const;

    Core& core_;
    const std::function<MetricsSnapshot()> snapshot_;
    const std::shared_ptr<HttpRoutes> routes_ = std::make_shared<HttpRoutes>();
    const std::shared_ptr<HttpRoutes> admin_routes_ = std::make_shared<HttpRoutes>();
    Counters counters_;  // written by the web thread
    std::vector<std::unique_ptr<Served>> served_;
    std::vector<Bound> bound_;
    WebService service_;
};

}  // namespace grapnel
