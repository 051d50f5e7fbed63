// What one question to one plugin costs: on_publish, asked as for each message of a client. Prints
// the lowest of many rounds, in nanoseconds; judges nothing. Usage: hooks_bench

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include "base/assert.h"
#include "base/log.h"
#include "hooks/fixture.h"

namespace {

using namespace grapnel;

constexpr int kRounds = 200;
constexpr int kCalls = 20'000;

uint64_t bytes_seen = 0;

gn_verdict do_nothing(gn_call*, gn_client*, gn_packet*) { return GN_V_CONTINUE; }

gn_verdict view(gn_call* call, gn_client*, gn_packet* packet) {
    gn_publish_view message{};
    message.size = sizeof message;
    call->host->packet->publish(packet, &message);
    bytes_seen += message.topic.len + message.payload.len;
    return GN_V_CONTINUE;
}

gn_hooks table_of(gn_verdict (*on_publish)(gn_call*, gn_client*, gn_packet*)) {
    gn_hooks hooks{};
    hooks.size = sizeof hooks;
    hooks.on_publish = on_publish;
    return hooks;
}

gn_plugin plugin_of(const gn_hooks& hooks, uint32_t flags) {
    gn_plugin plugin{};
    plugin.magic = GN_MAGIC;
    plugin.size = sizeof plugin;
    plugin.abi_major = GN_ABI_MAJOR;
    plugin.flags = flags;
    plugin.name = "bench";
    plugin.version = "1.0";
    plugin.hooks = &hooks;
    return plugin;
}

double lowest_ns(TestHost& test) {
    mqtt::Publish packet;
    packet.topic = "bench/0";
    packet.payload = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    MessageMeta meta;
    meta.origin = "client";
    double lowest = std::numeric_limits<double>::max();
    uint64_t refused = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < kCalls; ++i) {
            PacketBox box(&packet, mqtt::Version::v5, &meta);
            asm volatile("" ::: "memory");  // the packet might be another one each time
            const Outcome outcome = test.dispatcher().publish(test.client, box, nullptr);
            refused += outcome.verdict == Verdict::proceed ? 0 : 1;
        }
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - begin;
        lowest = std::min(lowest, took.count() / kCalls);
    }
    GN_ASSERT(refused == 0);
    return lowest;
}

// With `count` entries of the plugin, whose calls are timed when there is a budget for them.
double cost_ns(const gn_plugin& plugin, int count, uint64_t budget_us = 0) {
    PluginConfig config;
    for (int i = 0; i < count; ++i) {
        config::Plugin& entry = config.add("bench", "bench-" + std::to_string(i));
        entry.built_in = &plugin;
        entry.call_budget_us = budget_us;
    }
    TestHost test(config);
    GN_ASSERT(test.faults.empty());
    return lowest_ns(test);
}

}  // namespace

int main() {
    log_configure(LogLevel::error, LogFormat::text);
    const gn_hooks absent = table_of(nullptr);
    const gn_hooks empty = table_of(do_nothing);
    const gn_hooks seeing = table_of(view);
    const double nothing_ns = cost_ns(plugin_of(absent, GN_PLUGIN_CONCURRENT), 1);
    std::printf("%-44s %6.2f ns\n", "nobody asked", nothing_ns);
    const auto print = [nothing_ns](const char* what, double ns) {
        std::printf("%-44s %6.2f ns\n", what, ns - nothing_ns);
    };
    const gn_plugin idle = plugin_of(empty, GN_PLUGIN_CONCURRENT);
    const double one_ns = cost_ns(idle, 1);
    print("a hook that does nothing", one_ns);
    print("each further one", nothing_ns + (cost_ns(idle, 5) - one_ns) / 4);
    print("one that reads a full view of the message",
          cost_ns(plugin_of(seeing, GN_PLUGIN_CONCURRENT), 1));
    print("the first, called by one thread at a time", cost_ns(plugin_of(empty, 0), 1));
    print("the first, with its time measured",
          cost_ns(plugin_of(empty, GN_PLUGIN_CONCURRENT), 1, 1'000'000));
    return bytes_seen == 0 ? 1 : 0;
}
