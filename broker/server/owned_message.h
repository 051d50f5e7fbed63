#pragma once

#include <cstdint>
#include <string>

#include "topics/message.h"

namespace grapnel {

// What a view shows, kept until a worker publishes it.
struct OwnedMessage {
    OwnedMessage() = default;
    explicit OwnedMessage(const MessageView& view)
        : topic(view.topic),
          payload(view.payload),
          properties(view.properties),
          qos(view.qos),
          retain(view.retain) {}

    // Valid while this is there and not changed.
    MessageView view() const {
        MessageView view;
        view.topic = topic;
        view.payload = payload;
        view.properties = properties;
        view.qos = qos;
        view.retain = retain;
        return view;
    }

    std::string topic, payload, properties;
    uint8_t qos = 0;
    bool retain = false;
};

}  // namespace grapnel
