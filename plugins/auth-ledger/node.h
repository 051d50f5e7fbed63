#pragma once

#include <grapnel/plugin.hpp>

#include "value.h"

namespace grapnel::ledger {

// The whole of the plugin's configuration; an absent node gives an empty table. Thread: main.
Value value_of(const gn::Node& node);

}  // namespace grapnel::ledger
