#pragma once

namespace grapnel::config {

// Where `meson install` puts the bundled plugins, under the prefix that the program was built for.
extern const char* const kPluginFolder;

}  // namespace grapnel::config
