#pragma once

#include <optional>
#include <string>

#include "config/config.h"
#include "config/fault.h"

namespace grapnel::config {

// Reads [admin], and the files that it names. Null: there is none.
Admin read_admin(const Node* node, Faults& faults);

// The token in a file: its one line. Nothing, and `why` says what is wrong with it.
std::optional<std::string> read_token_file(const std::string& path, std::string& why);

}  // namespace grapnel::config
