#pragma once

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string_view>
#include <vector>

#include "store/record.h"

namespace grapnel::store {

// Records made of what hooks are given; they borrow from it. Loop thread.

// The bytes; absent stays apart from empty.
inline std::string_view text(gn_str value) {
    return {value.ptr, value.ptr == nullptr ? 0 : value.len};
}

// A PUBLISH or a will.
MessageRecord capture_message(gn::PacketView packet);
// A session as it is now, its will with it.
ClientRecord capture_client(gn::Client client);
// A filter of which this QoS was granted.
SubscriptionRecord capture_subscription(const gn_filter& filter, std::uint8_t qos);
void capture_identifiers(gn::PacketView packet, std::vector<std::uint32_t>& out);

}  // namespace grapnel::store
