#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "admin/api.h"
#include "base/peer_address.h"
#include "session/session.h"

namespace grapnel {

// What a list says of one client: copied on its worker, made into text elsewhere.
struct ClientRow {
    ClientRow() = default;
    // Loop thread of the session.
    explicit ClientRow(const Session& session);

    Json json() const;

    std::string id;
    std::optional<std::string> username;
    const std::string* listener = nullptr;  // lives as long as the core
    PeerAddress peer;
    int64_t connected_ms = 0, disconnected_ms = 0;  // 0: it is not
    size_t subscriptions = 0, inflight = 0, queued = 0, queued_bytes = 0;
    uint32_t session_expiry_s = 0;
    uint16_t keepalive_s = 0;
    uint8_t version = 5;
    bool connected = false;
    bool clean_start = false;
};

// The text, or null where there is none.
template <class Optional>
Json text_or_null(const Optional& text) {
    return text ? Json(*text) : Json(nullptr);
}
inline Json time_or_null(int64_t time_ms) { return time_ms != 0 ? Json(time_ms) : Json(nullptr); }

}  // namespace grapnel
