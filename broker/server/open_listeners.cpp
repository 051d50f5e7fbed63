#include "server/open_listeners.h"

#include "net/listening_socket.h"
#include "server/core.h"

namespace grapnel {

void OpenListeners::add(const ListenerState& state, std::shared_ptr<const ListeningSocket> socket) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({&state, std::move(socket)});
}

void OpenListeners::add_to(Totals& totals) const {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
        totals.descriptor_wants += entry.socket->wants();
        const TlsServer* const tls = entry.state->tls.get();
        if (tls == nullptr) continue;
        totals.tls_handshakes += tls->handshakes.load(std::memory_order_relaxed);
        totals.tls_handshakes_failed += tls->handshakes_failed.load(std::memory_order_relaxed);
    }
}

std::vector<MetricsSnapshot::Listener> OpenListeners::figures() const {
    std::vector<MetricsSnapshot::Listener> figures;
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_)
        figures.push_back({entry.state->id,
                           entry.state->connections.load(std::memory_order_relaxed),
                           entry.state->accepted.load(std::memory_order_relaxed)});
    return figures;
}

}  // namespace grapnel
