#include "server/core.h"

#include "server/worker.h"
#include "stats/counters.h"

namespace grapnel {

void add_handshakes(const TlsServer& tls, Totals& totals) {
    totals.tls_handshakes += tls.handshakes.load(std::memory_order_relaxed);
    totals.tls_handshakes_failed += tls.handshakes_failed.load(std::memory_order_relaxed);
}

Core::Core(const config::Config& configuration, uint16_t worker_count, Port& port)
    : config(configuration),
      index(static_cast<uint16_t>(worker_count + 1)),
      hooks(port),
      inline_worker(worker_count),
      commits(worker_count) {
    adopt(config.limits);
}

Core::~Core() = default;

void Core::adopt(const config::Limits& limits) {
    rates.adopt(limits.maximum_connects_per_second, limits.maximum_connects_per_address_per_second);
    bans.adopt(limits.login);
}

Worker& Core::home_of(Bytes client_id) const {
    return *workers[BytesHash{}(client_id) % workers.size()];
}

const std::string* Core::listener_id(Bytes id) const {
    for (const config::Listener& listener : config.listeners)
        if (listener.id == id) return &listener.id;
    return nullptr;
}

}  // namespace grapnel
