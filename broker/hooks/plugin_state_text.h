#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hooks/plugin_state.h"

namespace grapnel {

// The topics of one plugin below $SYS/broker/plugins/<id> and their values; their last levels are
// among kPluginSysNames. What is not measured, and the error of what did not fail, has no topic.
std::vector<std::pair<std::string, std::string>> plugin_state_topics(const PluginState& state);

}  // namespace grapnel
