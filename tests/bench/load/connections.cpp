#include <string>
#include <vector>

#include "clients.h"
#include "fail.h"
#include "measurement.h"
#include "scenarios.h"

namespace grapnel::load {

namespace {

// Clients that nobody sends anything to.
class Silence final : public ClientEvents {
    void on_delivery(Connection& connection, std::string_view, bool) override {
        fail(connection.name() + " got a message that nobody published");
    }
    void on_acknowledgement(Connection& connection, uint8_t, uint16_t) override {
        fail(connection.name() + " got an acknowledgement, and published nothing");
    }
};

void subscribe_all(const Options& options, Clients& clients,
                   const std::vector<Connection*>& connections) {
    for (Connection* connection : connections) {
        const std::string stem =
            options.prefix() + "/c/" + std::to_string(connection->number()) + '/';
        std::vector<std::string> filters;
        for (size_t i = 0; i < options.subscriptions; ++i)
            filters.push_back(stem + std::to_string(i));
        clients.subscribe(*connection, filters);
    }
    clients.wait_subscribed();
}

}  // namespace

void measure_connections(const Options& options, Report& report) {
    Silence silence;
    Clients clients(options, silence);
    Measurement opening(options, clients.loop());
    const double resident_before = opening.broker_resident_bytes();
    opening.start();
    const auto connections = clients.connect(Role::kSubscriber, options.connections);
    subscribe_all(options, clients, connections);
    opening.stop_at_rest(clients);

    Measurement idling(options, clients.loop());
    idling.start();
    clients.turn_for(options.hold_s);
    idling.stop();
    const double resident_after = idling.broker_resident_bytes();

    const auto count = static_cast<double>(options.connections);
    report.add("connections", uint64_t{connections.size()});
    report.add("connects_per_s", count / opening.seconds(), 0);
    if (opening.knows_broker()) {
        report.add("broker_cpu_us_per_connect", opening.broker_cpu_s() * 1e6 / count, 3);
        report.add("resident_bytes_per_connection", (resident_after - resident_before) / count, 1);
        report.add("idle_cpu_share", idling.broker_cpu_s() / idling.seconds(), 5);
    }
    opening.write_to(report);
}

}  // namespace grapnel::load
