// Loads a broker on this machine and prints one line of JSON about it.
// Usage: load --port N --broker PID [--topics N] [--subscribers N] [--qos N] [--window N]
//             [--payload BYTES] [--warmup SECONDS] [--seconds SECONDS]

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "load_scenario.h"

namespace {

using namespace grapnel::load;

Options read_options(int count, char** arguments) {
    std::map<std::string, double> given;
    for (int i = 1; i + 1 < count; i += 2) {
        char* end = nullptr;
        given[arguments[i]] = std::strtod(arguments[i + 1], &end);
        if (end == arguments[i + 1] || *end != '\0')
            fail(std::string("not a number: ") + arguments[i + 1]);
    }
    Options options;
    const auto take = [&](const char* name, auto& target) {
        const auto found = given.find(name);
        if (found == given.end()) return;
        target = static_cast<std::remove_reference_t<decltype(target)>>(found->second);
        given.erase(found);
    };
    take("--port", options.port);
    take("--broker", options.broker);
    take("--topics", options.topics);
    take("--subscribers", options.subscribers);
    take("--qos", options.qos);
    take("--window", options.window);
    take("--payload", options.payload_size);
    take("--warmup", options.warmup_s);
    take("--seconds", options.seconds);
    if (!given.empty()) fail("unknown: " + given.begin()->first);
    if (count % 2 == 0) fail("options come with one value each");
    if (options.port == 0 || options.broker == 0) fail("--port and --broker are needed");
    if (options.topics == 0 || options.subscribers == 0 || options.window == 0 || options.qos > 2)
        fail("a number is out of range");
    return options;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = read_options(count, arguments);
    const Outcome outcome = Scenario(options).run();
    if (outcome.deliveries == 0) fail("nothing was delivered");
    const auto deliveries = static_cast<double>(outcome.deliveries);
    std::printf(
        "{\"deliveries_per_s\": %.0f, \"cpu_us_per_delivery\": %.3f, \"cpu_share\": %.3f, "
        "\"deliveries\": %llu, \"lost\": %llu, \"duplicates\": %llu, \"disordered\": %llu}\n",
        deliveries / outcome.seconds, outcome.broker_cpu_s * 1e6 / deliveries,
        outcome.broker_cpu_s / outcome.seconds, static_cast<unsigned long long>(outcome.deliveries),
        static_cast<unsigned long long>(outcome.lost),
        static_cast<unsigned long long>(outcome.duplicates),
        static_cast<unsigned long long>(outcome.disordered));
    return 0;
}
