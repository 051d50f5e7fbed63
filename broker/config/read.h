#pragma once

#include <memory>

#include "config/config.h"
#include "config/fault.h"
#include "config/tree.h"

namespace grapnel::config {

// The configuration that a loaded tree holds; the answer keeps the tree. Every unknown key, wrong
// kind and value out of range is added to `faults`, and its field keeps the default.
Config read_config(std::shared_ptr<Tree> tree, Faults& faults);

}  // namespace grapnel::config
