#include "config/installation.h"

namespace grapnel::config {

const char* const kPluginFolder = GRAPNEL_PLUGIN_FOLDER;

}  // namespace grapnel::config
