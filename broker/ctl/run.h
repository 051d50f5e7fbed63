#pragma once

#include <string_view>
#include <vector>

namespace grapnel::ctl {

// `grapnel ctl --help`.
extern const char* const kHelp;

// Runs the command of the arguments behind "ctl" and says on standard error what went wrong. The
// answer is the exit status: 0, 1 after a failure, 2 after wrong arguments.
int run(const std::vector<std::string_view>& arguments);

}  // namespace grapnel::ctl
