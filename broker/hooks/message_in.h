#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <string>

#include "topics/message.h"

namespace grapnel {

// A gn_message taken in and checked: topic, QoS, sizes, UTF-8, property rules. `view` borrows from
// the plugin's memory and from `properties`. Returns GN_OK, GN_E_INVALID or GN_E_LIMIT.
struct IncomingMessage {
    MessageView view;
    uint32_t expiry_s = 0;
    std::string properties;

    [[nodiscard]] gn_status read(const gn_message* message);
};

}  // namespace grapnel
