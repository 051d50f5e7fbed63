#include "admin/status_routes.h"

#include "base/log.h"
#include "server/core.h"
#include "stats/sys_topics.h"

namespace grapnel {

namespace {

Json status_of(Broker& broker, Right right, LogLevel level) {
    const Totals totals = broker.totals();
    Json dropped = Json::object();
    for (int i = 0; i < kDropReasons; ++i) dropped[kDropNames[i]] = totals.dropped[i];
    return {{"version", kVersion},
            {"started_ms", totals.started_ms},
            {"now_ms", totals.now_ms},
            {"workers", broker.worker_count()},
            {"plugins", broker.core().hooks.noted_states()->size()},
            {"clients_connected", totals.clients_connected},
            {"sessions", totals.sessions},
            {"subscriptions", totals.subscriptions},
            {"retained", totals.retained},
            {"queued", totals.queued},
            {"inflight", totals.inflight},
            {"messages_received", totals.messages_received},
            {"messages_sent", totals.messages_sent},
            {"bytes_received", totals.bytes_received},
            {"bytes_sent", totals.bytes_sent},
            {"dropped", dropped},
            {"memory_bytes", totals.memory_bytes},
            {"store_failing", totals.store_failing != 0},
            {"log_level", name_of(level)},
            {"read_only", right != Right::write}};
}

}  // namespace

void add_status_routes(Api& api, Broker& broker) {
    api.add_informed(
        "GET", "/status",
        [&broker, &log = log_target()](const HttpRequest&, Right right, const HttpAnswer& answer) {
            answer(json_response(status_of(broker, right, log.level())));
        });
}

}  // namespace grapnel
