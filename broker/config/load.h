#pragma once

#include <string>
#include <string_view>

#include "config/fault.h"
#include "config/tree.h"

namespace grapnel::config {

// Reads a TOML file and the files that its `include` names into `tree`, which must be new.
// Patterns are relative to the including file; the files of one pattern come in lexical order. The
// tables [[listener]] and [[plugin]] of all files are appended to each other, any other value may
// be set once. Everything wrong is added to `faults`; the tree then holds what could be read.
void load_file(const std::string& path, Tree& tree, Faults& faults);

// The same for one text without includes; `name` stands where a path would.
void load_text(std::string_view text, const std::string& name, Tree& tree, Faults& faults);

}  // namespace grapnel::config
