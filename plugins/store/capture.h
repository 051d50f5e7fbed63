#pragma once

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <vector>

#include "store/record.h"

namespace grapnel::store {

// Records made of what hooks are given; they borrow from it. Loop thread.

// A PUBLISH or a will.
MessageRecord capture_message(gn::PacketView packet);
// A session as it is now, its will with it.
ClientRecord capture_client(gn::Client client);
void capture_identifiers(gn::PacketView packet, std::vector<std::uint32_t>& out);

}  // namespace grapnel::store
