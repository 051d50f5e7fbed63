#include <cstdio>

#include "command.h"
#include "ctl/run.h"

namespace grapnel {

int command_ctl(const Arguments& arguments) {
    for (const std::string_view argument : arguments) {
        if (argument == "--") break;
        if (argument != "--help" && argument != "-h") continue;
        std::fputs(ctl::kHelp, stdout);
        return kExitSuccess;
    }
    return ctl::run(arguments);
}

}  // namespace grapnel
