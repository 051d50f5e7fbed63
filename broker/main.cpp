#include <cstdio>
#include <exception>

#include "command.h"
#include "config/fault.h"

namespace grapnel {
namespace {

struct Command {
    std::string_view name;
    int (*run)(const Arguments&);
};

constexpr Command kCommands[] = {
    {"run", command_run},
    {"check", command_check},
    {"passwd", command_passwd},
    {"plugins", command_plugins},
};

constexpr const char* kHelp = R"(grapnel: an MQTT broker whose every policy is a plugin

grapnel run --config FILE       serve until SIGTERM or SIGINT; SIGHUP reads the configuration again
grapnel check --config FILE     print every fault of the configuration, the plugins' own too
grapnel plugins --config FILE   list the configured plugins: file, version, ABI, events, and why one
                                would not load
grapnel passwd [-b PASSWORD] [USER]
                                print the hash of a password for the file of auth-ledger; with USER
                                as a table of that user. Without -b the password is read from the
                                terminal, or as one line from standard input. Arguments are seen by
                                all users of a machine: prefer not to use -b.
grapnel --version               print the version
grapnel --help                  print this text

run, check and plugins take too:
  --plugins DIR    look for plugins there before the folders of the configuration; may be repeated
  --data-dir DIR   use it instead of the configured data_dir

The exit status is 0 after success, 1 after a failure, and 2 after wrong arguments or when the
configuration has faults; these are printed as FILE:LINE:COLUMN: TEXT on standard error.
)";

int dispatch(const Arguments& arguments) {
    if (arguments.empty()) {
        std::fputs(kHelp, stderr);
        return kExitUsage;
    }
    const std::string_view first = arguments.front();
    const Arguments rest(arguments.begin() + 1, arguments.end());
    const bool asks_help = !rest.empty() && (rest.front() == "--help" || rest.front() == "-h");
    if (first == "--help" || first == "-h" || asks_help) {
        std::fputs(kHelp, stdout);
        return kExitSuccess;
    }
    if (first == "--version") {
        std::puts("grapnel " GRAPNEL_VERSION);
        return kExitSuccess;
    }
    std::vector<std::string_view> names;
    for (const Command& command : kCommands) {
        if (command.name == first) return command.run(rest);
        names.push_back(command.name);
    }
    return usage_error("unknown command " + config::quoted(first) +
                       config::did_you_mean(first, names));
}

}  // namespace
}  // namespace grapnel

int main(int count, char** values) {
    try {
        return grapnel::dispatch({values + (count > 0 ? 1 : 0), values + count});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "grapnel: %s\n", error.what());
        return grapnel::kExitFailure;
    }
}
