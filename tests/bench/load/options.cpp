#include "options.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include "clock.h"
#include "message.h"

namespace grapnel::load {

namespace {

constexpr char kUsage[] =
    R"(Loads an MQTT broker on this machine and prints one line of JSON about it.

usage: load MODE --port N [OPTION…]
modes
  throughput   publishes as fast as the windows allow
  latency      publishes on an open schedule and measures the time until delivery
  connections  opens connections and leaves them idle
  retained     stores retained messages; one new subscription of each subscriber reads them all
  wildcards    publishes through many filters with + and #
options of all modes
  --port N           of the broker, on 127.0.0.1
  --broker PID       whose CPU time and memory are measured
  --v5               MQTT 5 instead of 3.1.1
  --tls              the port speaks TLS
  --websocket        the port speaks WebSocket, at /mqtt; with --tls both
  --lasting          subscribers' sessions outlive their connections
  --qos 0|1|2        of publishing and subscribing (0)
  --payload BYTES    at least 24 (64)
  --inflight N       unacknowledged messages per publisher (100)
  --standstill S     after so long without progress, what is missing is given up (2)
throughput, latency, wildcards
  --publishers N     (10; wildcards and retained 4)
  --subscribers N    (10; wildcards 100, retained 1)
  --window N         undelivered messages per subscriber (500); 0 = open loop
  --batch N          messages of a publisher per write (0 = what fits into 64 KiB)
  --warmup S --seconds S   of what is not measured (0.5), and of what is (3)
throughput, latency
  --topology pairs|fanout|fanin|all
latency      --rate N             messages per second of all publishers together (2000)
connections  --connections N (5000) --subscriptions N of each (0) --hold S of idling (1)
retained     --retained N (100000)
wildcards    --filters N of each subscriber (100) --topics N (1000)

The exit status is 0 if the run could be measured, whatever the figures say.
)";

[[noreturn]] void refuse(const std::string& words) {
    std::fprintf(stderr, "load: %s; see load --help\n", words.c_str());
    std::exit(2);
}

const std::map<std::string_view, Mode> kModes = {
    {"throughput", Mode::kThroughput},   {"latency", Mode::kLatency},
    {"connections", Mode::kConnections}, {"retained", Mode::kRetained},
    {"wildcards", Mode::kWildcards},
};

const std::map<std::string_view, Topology> kTopologies = {
    {"pairs", Topology::kPairs},
    {"fanout", Topology::kFanout},
    {"fanin", Topology::kFanin},
    {"all", Topology::kAll},
};

// Where the value of an option goes.
using Target = std::variant<size_t*, double*, bool*, uint8_t*, uint16_t*, pid_t*, Topology*>;

struct Option {
    Target target;
    double least = 0;
    double most = 1e7;
};

std::map<std::string_view, Option> table_of(Options& options) {
    return {
        {"--port", {&options.port, 1, 65535}},
        {"--broker", {&options.broker, 1, std::numeric_limits<pid_t>::max()}},
        {"--v5", {&options.v5}},
        {"--tls", {&options.tls}},
        {"--websocket", {&options.websocket}},
        {"--lasting", {&options.lasting}},
        {"--topology", {&options.topology}},
        {"--publishers", {&options.publishers, 1, 60000}},
        {"--subscribers", {&options.subscribers, 1, 60000}},
        {"--qos", {&options.qos, 0, 2}},
        {"--payload", {&options.payload, sizeof(Stamp), 1 << 24}},
        {"--window", {&options.window}},
        {"--inflight", {&options.inflight, 1, 65535}},
        {"--batch", {&options.batch}},
        {"--warmup", {&options.warmup_s, 0, 3600}},
        {"--seconds", {&options.seconds, 0.01, 3600}},
        {"--standstill", {&options.standstill_s, 0.01, 3600}},
        {"--rate", {&options.rate, 1}},
        {"--connections", {&options.connections, 1, 60000}},
        {"--subscriptions", {&options.subscriptions, 0, 10000}},
        {"--hold", {&options.hold_s, 0.01, 3600}},
        {"--retained", {&options.retained, 1}},
        {"--filters", {&options.filters, 1, 100000}},
        {"--topics", {&options.topics, 1, 1e6}},
    };
}

double number(std::string_view name, const char* text, const Option& option) {
    char* end = nullptr;
    const double value = std::strtod(text, &end);
    if (end == text || *end != '\0') refuse(std::string(name) + " is not a number: " + text);
    if (!(value >= option.least && value <= option.most))
        refuse(std::string(name) + " is out of range: " + text);
    return value;
}

void set(std::string_view name, const char* text, const Option& option) {
    if (Topology* const* topology = std::get_if<Topology*>(&option.target)) {
        const auto found = kTopologies.find(text);
        if (found == kTopologies.end()) refuse(std::string("unknown topology ") + text);
        **topology = found->second;
        return;
    }
    const double value = number(name, text, option);
    std::visit(
        [&](auto* target) {
            using Value = std::remove_pointer_t<decltype(target)>;
            *target = static_cast<Value>(value);
            if (static_cast<double>(*target) != value)
                refuse(std::string(name) + " is not whole: " + text);
        },
        option.target);
}

void set_defaults(Options& options) {
    options.run =
        static_cast<uint32_t>((now_ns() >> 10) ^ (static_cast<uint64_t>(::getpid()) << 16));
    if (options.mode == Mode::kRetained || options.mode == Mode::kWildcards) options.publishers = 4;
    if (options.mode == Mode::kRetained) options.subscribers = 1;
    if (options.mode == Mode::kWildcards) options.subscribers = 100;
}

}  // namespace

std::string Options::prefix() const {
    char text[16];
    std::snprintf(text, sizeof text, "L%08x", run);
    return text;
}

Options read_options(int count, char** arguments) {
    const std::vector<const char*> words(arguments + 1, arguments + count);
    for (const std::string_view word : words) {
        if (word != "--help" && word != "-h") continue;
        std::fputs(kUsage, stdout);
        std::exit(0);
    }
    if (words.empty()) refuse("no mode");
    Options options;
    const auto mode = kModes.find(words[0]);
    if (mode == kModes.end()) refuse(std::string("unknown mode ") + words[0]);
    options.mode = mode->second;
    set_defaults(options);

    const auto table = table_of(options);
    for (size_t i = 1; i < words.size(); ++i) {
        const auto found = table.find(words[i]);
        if (found == table.end()) refuse(std::string("unknown option ") + words[i]);
        if (bool* const* flag = std::get_if<bool*>(&found->second.target)) {
            **flag = true;
            continue;
        }
        if (i + 1 == words.size()) refuse(std::string(words[i]) + " needs a value");
        set(found->first, words[i + 1], found->second);
        ++i;
    }
    if (options.port == 0) refuse("--port is needed");
    return options;
}

}  // namespace grapnel::load
