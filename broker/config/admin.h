#pragma once

#include <string>

#include "config/config.h"

namespace grapnel::config {

// Can only programs of this machine reach that host's addresses?
bool is_loopback(const std::string& host);

// Does this HTTP listener have the operator's API and dashboard? By default those on a loopback
// address do.
bool serves_admin(const Config& config, const Listener& listener);

}  // namespace grapnel::config
