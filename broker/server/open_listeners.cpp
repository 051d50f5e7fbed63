#include "server/open_listeners.h"

#include "net/listening_socket.h"
#include "server/core.h"

namespace grapnel {

void OpenListeners::add(Entry entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
}

void OpenListeners::add_to(Totals& totals) const {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
        totals.descriptor_wants += entry.socket->wants();
        if (entry.tls != nullptr) add_handshakes(*entry.tls, totals);
    }
}

std::vector<MetricsSnapshot::Listener> OpenListeners::figures(int64_t now_ms) const {
    std::vector<MetricsSnapshot::Listener> figures;
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
        const bool takes_mqtt = entry.type != "http";
        figures.push_back(
            {.id = entry.state->id,
             .type = entry.type,
             .address = entry.socket->address(),
             .tls = entry.tls != nullptr,
             .clients = (takes_mqtt ? entry.state->connections : entry.socket->connections)
                            .load(std::memory_order_relaxed),
             .accepted = entry.state->accepted.load(std::memory_order_relaxed),
             .maximum_clients = entry.state->maximum_clients,
             .resting = entry.socket->in_want(now_ms)});
    }
    return figures;
}

}  // namespace grapnel
