#pragma once

#include <string>

#include "config/config.h"
#include "config/fault.h"

namespace grapnel::config {

// The rules between fields: ids are unique, addresses differ, texts fit their use.
void check_config(const Config& config, Faults& faults);

// The one call of the subcommands and of a reload: loads, reads and checks. The configuration may
// be used only when no fault was added. `has_token` as for read_config().
Config open_config(const std::string& path, Faults& faults, bool has_token = false);

}  // namespace grapnel::config
