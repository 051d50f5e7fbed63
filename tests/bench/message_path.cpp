// The path of a message through the broker in one process and one thread, for counting its
// instructions: check.py runs it under callgrind, which counts within measured_turn() alone.
// Usage: message_path                             prints the scenarios, one a line
//        message_path SCENARIO FOLDER_OF_PLUGINS  prints the number of deliveries that are measured

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "path_client.h"

namespace grapnel::bench {

namespace {

struct Scenario {
    const char* name;
    mqtt::Version version;
    uint8_t qos;
    size_t publishers;
    size_t subscribers;  // of each publisher
    size_t rounds;       // that are measured
};

constexpr Scenario kScenarios[] = {
    {"pairs-0", mqtt::Version::v311, 0, 10, 1, 4},
    {"pairs-1", mqtt::Version::v311, 1, 10, 1, 4},
    {"pairs-2", mqtt::Version::v311, 2, 10, 1, 4},
    {"pairs-1-v5", mqtt::Version::v5, 1, 10, 1, 4},
    {"fanout-0", mqtt::Version::v311, 0, 1, 100, 8},
    {"fanout-1", mqtt::Version::v311, 1, 1, 100, 8},
};

constexpr size_t kBatch = 50;  // messages that each publisher sends in a round
constexpr size_t kPayload = 64;

using Clients = std::vector<std::unique_ptr<PathClient>>;

// What the broker does in one turn: it reads from all who said something, and writes.
inline void turn(PathBroker& broker, const Clients& clients) {
    for (const auto& client : clients)
        if (client->has_said()) client->speak();
    broker.turn();
}

}  // namespace

// Of a name and place of its own, so that it can be told to callgrind.
[[gnu::noinline]] void measured_turn(PathBroker& broker, const Clients& clients) {
    turn(broker, clients);
}

namespace {

class Run {
public:
    Run(const Scenario& scenario, PathBroker& broker) : scenario_(scenario), broker_(broker) {
        const auto add = [&](const std::string& id) {
            clients_.push_back(std::make_unique<PathClient>(broker, id, scenario.version));
        };
        for (size_t i = 0; i < scenario.publishers; ++i) {
            add("publisher-" + std::to_string(i));
            topics_.push_back("bench/" + std::to_string(i));
        }
        for (size_t i = 0; i < scenario.publishers * scenario.subscribers; ++i)
            add("subscriber-" + std::to_string(i));
        settle(false);
        for (size_t i = scenario.publishers; i < clients_.size(); ++i)
            clients_[i]->subscribe(topics_[i % scenario.publishers], scenario.qos);
        settle(false);
    }

    // Each publisher's batch until all of it arrived and is acknowledged.
    void round(bool measured) {
        for (size_t i = 0; i < scenario_.publishers; ++i)
            for (size_t k = 0; k < kBatch; ++k)
                clients_[i]->publish(topics_[i], payload_, scenario_.qos);
        settle(measured);
        ++rounds_;
    }

    // Ends the program if a message of the rounds so far is not where it belongs.
    void check() const {
        if (broker_.connections() != clients_.size()) fail("the broker closed a connection");
        const uint64_t sent = rounds_ * kBatch;
        for (size_t i = 0; i < clients_.size(); ++i) {
            const bool publisher = i < scenario_.publishers;
            const PathClient& client = *clients_[i];
            if (client.received() != (publisher ? 0 : sent))
                fail("a subscriber has not got each message once");
            if (client.acknowledged() != (publisher && scenario_.qos != 0 ? sent : 0))
                fail("not every message was acknowledged once");
        }
    }

private:
    void settle(bool measured) {
        const auto has_said = [](const auto& client) { return client->has_said(); };
        while (std::any_of(clients_.begin(), clients_.end(), has_said)) {
            if (measured)
                measured_turn(broker_, clients_);
            else
                turn(broker_, clients_);
            for (const auto& client : clients_) client->listen();
        }
    }

    const Scenario& scenario_;
    PathBroker& broker_;
    Clients clients_;
    std::vector<std::string> topics_;
    const std::string payload_ = std::string(kPayload, 'x');
    uint64_t rounds_ = 0;
};

}  // namespace

}  // namespace grapnel::bench

int main(int count, char** arguments) {
    using namespace grapnel::bench;
    if (count == 1) {
        for (const Scenario& scenario : kScenarios) std::puts(scenario.name);
        return 0;
    }
    if (count != 3) fail("a scenario and the folder of the plugins are needed, or nothing");
    for (const Scenario& scenario : kScenarios) {
        if (std::string_view(scenario.name) != arguments[1]) continue;
        PathBroker broker(arguments[2]);
        Run run(scenario, broker);
        run.round(false);
        for (size_t i = 0; i < scenario.rounds; ++i) run.round(true);
        run.check();
        const size_t messages = scenario.rounds * scenario.publishers * kBatch;
        std::printf("%zu\n", messages * scenario.subscribers);
        std::fflush(stdout);
        std::_Exit(0);  // there is nothing to be told by taking the broker down
    }
    fail(std::string("no scenario ") + arguments[1]);
}
