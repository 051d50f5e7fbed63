#pragma once

#include <memory>
#include <string_view>

#include "config/config.h"
#include "config/fault.h"
#include "config/tree.h"

namespace grapnel::config {

// The configuration that a loaded tree holds; the answer keeps the tree. Every unknown key, wrong
// kind and value out of range is added to `faults`, and its field keeps the default. `has_token`:
// operators have one from elsewhere.
Config read_config(std::shared_ptr<Tree> tree, Faults& faults, bool has_token = false);

// A plugin that comes from no file: the tree holds what would stand in its [[plugin]] table, but
// its name, path and id. The tree must outlive the answer.
Plugin read_given_plugin(Tree& tree, std::string_view id, Faults& faults);

}  // namespace grapnel::config
