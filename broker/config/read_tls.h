#pragma once

#include "config/fault.h"
#include "config/tls.h"

namespace grapnel::config {

// Reads the `tls` table of a listener. The files that it names are not looked at.
Tls read_tls(const Node& node, Faults& faults);

}  // namespace grapnel::config
