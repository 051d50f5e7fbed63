#include "stats/counters.h"

namespace grapnel {

void Totals::add(const Counters& counters) {
    bytes_received += counters.bytes_received.get();
    bytes_sent += counters.bytes_sent.get();
    packets_received += counters.packets_received.get();
    packets_sent += counters.packets_sent.get();
    messages_received += counters.messages_received.get();
    messages_sent += counters.messages_sent.get();
    for (int i = 0; i < kDropReasons; ++i) dropped[i] += counters.dropped[i].get();
    clients_connected += counters.clients_connected.get();
    sessions += counters.sessions.get();
    inflight += counters.inflight.get();
    inflight_dropped += counters.inflight_dropped.get();
    subscriptions += counters.subscriptions.get();
    connects_refused += counters.connects_refused.get();
    protocol_errors += counters.protocol_errors.get();
    store_failures += counters.store_failures.get();
    connections_over_rate += counters.connections_over_rate.get();
    connections_banned += counters.connections_banned.get();
    proxies_refused += counters.proxies_refused.get();
}

uint64_t Totals::dropped_total() const {
    uint64_t total = 0;
    for (const uint64_t count : dropped) total += count;
    return total;
}

}  // namespace grapnel
