#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <unordered_map>

#include "hooks/stored.h"

namespace grapnel {

// Records of a plugin taken in and checked. GN_OK, GN_E_INVALID or GN_E_LIMIT; `out` is fresh.

[[nodiscard]] gn_status read_stored(const gn_stored_client* record, StoredClient& out);
[[nodiscard]] gn_status read_stored(const gn_stored_subscription* record, StoredSubscription& out);

// The same for messages, of which those that have a key share one body. Holds on to the bodies of
// messages of clients until it is destroyed. One thread.
class StoredMessages {
public:
    // Of a client's queue or inflight windows.
    [[nodiscard]] gn_status read(const gn_stored_message* record, StoredMessage& out);
    [[nodiscard]] gn_status read_retained(const gn_stored_message* record, Ref<Message>& out);

private:
    // The body with that key, made at its first record; `out` takes QoS and flag of this one.
    [[nodiscard]] gn_status read_body(const gn_stored_message& in, StoredMessage& out);

    std::unordered_map<uint64_t, Ref<Message>> bodies_;
};

}  // namespace grapnel
