#pragma once

#include "config/config.h"

namespace grapnel::config {

// Does this HTTP listener have the operator's API and dashboard? By default those on a loopback
// address do.
bool serves_admin(const Config& config, const Listener& listener);

}  // namespace grapnel::config
