#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ref.h"
#include "session/client_info.h"
#include "topics/message.h"
#include "topics/subscription.h"

namespace grapnel {

// A record that a store gave back at start, as a value of our own.

struct StoredClient {
    std::string id;
    std::string username;
    bool has_username = false;
    std::string remote;
    std::string listener;
    mqtt::Version version = mqtt::Version::v5;
    bool clean_start = false;
    uint32_t session_expiry_s = 0;
    uint16_t receive_maximum = 65535;
    int64_t disconnected_ms = 0;  // wall clock; 0: was connected when the broker ended
    int64_t will_due_ms = 0;      // wall clock; 0: no delayed will waits
    bool has_will = false;
    StoredWill will;
};

struct StoredSubscription {
    std::string client_id;
    std::string filter;  // $share/ included
    SubscriptionOptions options;
};

// One of a client's queue or inflight windows.
struct StoredMessage {
    std::string client_id;
    uint16_t packet_id = 0;  // 0: queued, not sent yet
    // PUBLISH, PUBREL: on its way to the client (PUBREL: it has the message, `message` may be
    // null). PUBREC: a QoS 2 packet id received from it and not released.
    mqtt::PacketType type = mqtt::PacketType::publish;
    bool dup = false;
    uint8_t qos = 0;  // of the delivery
    bool retain = false;
    int64_t sent_ms = 0;
    uint64_t key = 0;
    uint64_t order = 0;
    Ref<Message> message;  // records with the same key share one
    std::vector<uint32_t> subscription_identifiers;
};

}  // namespace grapnel
