#include "command.h"
#include "ctl/run.h"

namespace grapnel {

int command_ctl(const Arguments& arguments) { return ctl::run(arguments); }

}  // namespace grapnel
