#pragma once

#include <string>
#include <vector>

#include "hooks/plugin_state.h"

namespace grapnel {

// Appends what is known of plugins in Prometheus' text format 0.0.4: kPluginFamilies, all with the
// label `plugin`. Families without a sample are left out.
void render_plugin_states(std::string& out, const std::vector<PluginState>& states);

}  // namespace grapnel
