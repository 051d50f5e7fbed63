#include "admin/client_row.h"

namespace grapnel {

ClientRow::ClientRow(const Session& session)
    : id(session.info.id.bytes()),
      listener(session.info.listener_id),
      peer(session.info.peer),
      connected_ms(session.info.connected_ms()),
      disconnected_ms(session.info.disconnected_ms()),
      subscriptions(session.subscriptions.size()),
      session_expiry_s(session.info.session_expiry_s),
      keepalive_s(session.info.keepalive_s),
      version(static_cast<uint8_t>(session.info.version)),
      connected(session.connection != nullptr),
      clean_start(session.info.clean_start) {
    if (!session.info.username.null()) username = session.info.username.bytes();
    if (!session.outbound) return;
    inflight = session.outbound->inflight.size();
    queued = session.outbound->queue.size();
    queued_bytes = session.outbound->queued_bytes;
}

Json ClientRow::json() const {
    const bool has_address = peer.family != PeerAddress::Family::none;
    return {{"id", id},
            {"username", text_or_null(username)},
            {"connected", connected},
            {"listener", text_or_null(listener)},
            {"address", has_address ? Json(peer.text()) : Json(nullptr)},
            {"version", version},
            {"connected_ms", time_or_null(connected_ms)},
            {"disconnected_ms", time_or_null(disconnected_ms)},
            {"keepalive_s", keepalive_s},
            {"clean_start", clean_start},
            {"session_expiry_s", session_expiry_s},
            {"subscriptions", subscriptions},
            {"inflight", inflight},
            {"queued", queued},
            {"queued_bytes", queued_bytes}};
}

}  // namespace grapnel
