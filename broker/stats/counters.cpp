#include "stats/counters.h"

#include <cstddef>

namespace grapnel {

namespace {

template <size_t N>
void add_each(const Counter (&counters)[N], uint64_t (&totals)[N], uint64_t& sum) {
    for (size_t i = 0; i < N; ++i) {
        const uint64_t count = counters[i].get();
        totals[i] += count;
        sum += count;
    }
}

}  // namespace

void Totals::add(const Counters& counters) {
    bytes_received += counters.bytes_received.get();
    bytes_sent += counters.bytes_sent.get();
    add_each(counters.packets_received, packets_received_by_type, packets_received);
    add_each(counters.packets_sent, packets_sent_by_type, packets_sent);
    add_each(counters.messages_received, messages_received_by_qos, messages_received);
    add_each(counters.messages_sent, messages_sent_by_qos, messages_sent);
    for (int i = 0; i < kDropReasons; ++i) dropped[i] += counters.dropped[i].get();
    clients_connected += counters.clients_connected.get();
    sessions += counters.sessions.get();
    inflight += counters.inflight.get();
    inflight_dropped += counters.inflight_dropped.get();
    queued += counters.queued.get();
    subscriptions += counters.subscriptions.get();
    connects_refused += counters.connects_refused.get();
    protocol_errors += counters.protocol_errors.get();
    store_failures += counters.store_failures.get();
    connections_over_rate += counters.connections_over_rate.get();
    connections_banned += counters.connections_banned.get();
    proxies_refused += counters.proxies_refused.get();
    requests_unreadable += counters.requests_unreadable.get();
}

uint64_t Totals::dropped_total() const {
    uint64_t total = 0;
    for (const uint64_t count : dropped) total += count;
    return total;
}

}  // namespace grapnel
