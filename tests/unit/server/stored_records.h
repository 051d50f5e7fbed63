#pragma once

#include <string>

#include "hooks/stored.h"

namespace grapnel {

// Records as a store gives them.

inline StoredClient stored_client(const std::string& id) {
    StoredClient client;
    client.id = id;
    client.session_expiry_s = 1000;
    return client;
}

inline StoredSubscription stored_subscription(const std::string& id, const std::string& filter) {
    StoredSubscription subscription;
    subscription.client_id = id;
    subscription.filter = filter;
    subscription.options.qos = 1;
    return subscription;
}

// packet_id 0: it is queued.
inline StoredMessage stored_message(const std::string& id, uint64_t order, uint16_t packet_id) {
    MessageView view;
    view.topic = "t";
    view.payload = "p";
    view.key = order;
    StoredMessage message;
    message.client_id = id;
    message.qos = 1;
    message.order = order;
    message.key = order;
    message.packet_id = packet_id;
    message.message = Message::create(view);
    return message;
}

}  // namespace grapnel
