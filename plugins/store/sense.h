#pragma once

#include <cstdint>
#include <string_view>

#include "store/record.h"

namespace grapnel::store {

// Why a broker would refuse a record that can be read, to go behind its name; empty: it would not.
std::string_view nonsense_of(std::string_view client_id, const ClientRecord& record);
std::string_view nonsense_of(std::string_view filter, const SubscriptionRecord& record);
std::string_view nonsense_of(const MessageRecord& record);
std::string_view nonsense_of(const OutboundRecord& record);

}  // namespace grapnel::store
