#pragma once

#include "hooks/plugin_loop.h"

namespace grapnel {

// Names and counts the libuv handles of its own that a plugin left open on a loop where it has
// stopped. They are known by their callbacks, which lie in the plugin's library: those without a
// callback are not found, and of several entries with one library the last to stop is named. On
// the loop's thread, after PluginLoop::close.
void note_left_open(const PluginLoop& loop);

}  // namespace grapnel
