#include "net/tls_server.h"

#include "net/tls_stream.h"
#include "net/tls_wire.h"

namespace grapnel {

void TlsServer::replace(std::shared_ptr<const TlsContext> context) {
    const std::lock_guard lock(mutex_);
    context_.swap(context);
}

std::shared_ptr<const TlsContext> TlsServer::context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

TransportPointer start_tls(TransportPointer transport, TlsServer& server, const PeerAddress& peer) {
    auto state = std::make_unique<TlsState>(server, peer);
    if (!state->ssl || !TlsWire::attach(*state->ssl)) return nullptr;
    SSL_set_accept_state(state->ssl.get());
    return std::make_unique<TlsTransport>(std::move(state), std::move(transport));
}

}  // namespace grapnel
