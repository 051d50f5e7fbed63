#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

#include "command.h"
#include "config/fault.h"
#include "ctl/run.h"

namespace grapnel {
namespace {

struct Command {
    std::string_view name;
    int (*run)(const Arguments&);
    const char* const* help = nullptr;  // its own
};

constexpr const char* kStoreHelp = R"(grapnel store --config FILE [OPTION …] COMMAND …

What a store plugin keeps, seen without a broker: a running one holds the store.

  --config FILE    the configuration of the broker; its [[plugin]] entries say where the store is
  --store ID       which entry, where several have a command line
  --plugins DIR    look for plugins there before the folders of the configuration; may be repeated
  --data-dir DIR   use it instead of the configured data_dir
  --admin-token-file FILE
                   may be given, as for grapnel run, and changes nothing here

The commands are the plugin's; those of rocksdb-store are

  sessions [--json]            the sessions: state, expiry, subscriptions, queue, will
  session ID [--json]          all of one client
  queues [--limit N] [--json]  clients by number of queued messages
  retained [FILTER] [--json]   the retained messages whose topic matches
  verify                       read every record and check what refers to what
  repair                       the same, and remove what cannot be read or belongs to nobody
  export [FILE]                all records as lines of JSON
  import FILE [--merge]        read such lines into an empty store, or with --merge into any

The exit status is 0 after success, 1 after a failure or when verify found a fault, 2 after wrong
arguments or when the configuration has faults, and 3 when repair made a store that works, without
what only damaged files had.
)";

constexpr Command kCommands[] = {
    {"run", command_run},
    {"check", command_check},
    {"passwd", command_passwd},
    {"plugins", command_plugins},
    {"store", command_store, &kStoreHelp},
    {"ctl", command_ctl, &ctl::kHelp},
};

constexpr const char* kHelp = R"(grapnel: an MQTT broker whose every policy is a plugin

grapnel run --config FILE       serve until SIGTERM or SIGINT; SIGHUP reads the configuration again
grapnel check --config FILE     print every fault of the configuration, the plugins' own too
grapnel plugins --config FILE [--json]
                                list the configured plugins: file, version, ABI, where their
                                settings are, limits, events, and why one would not load
grapnel passwd [-b PASSWORD] [USER]
                                print the hash of a password for the file of auth-ledger; with USER
                                as a table of that user. Without -b the password is read from the
                                terminal, or as one line from standard input. Arguments are seen by
                                all users of a machine: prefer not to use -b.
grapnel store --config FILE COMMAND …
                                look into what a store plugin keeps while no broker runs, check and
                                repair it, write it to a file and read it back: grapnel store --help
grapnel ctl [OPTION …] COMMAND …
                                ask a running broker and tell it what to do: grapnel ctl --help
grapnel --version               print the version
grapnel --help                  print this text

run, check, plugins and store take too:
  --plugins DIR    look for plugins there before the folders of the configuration; may be repeated
  --data-dir DIR   use it instead of the configured data_dir
  --admin-token-file FILE
                   the token of operators, instead of the configured one

The exit status is 0 after success, 1 after a failure, and 2 after wrong arguments or when the
configuration has faults; these are printed as FILE:LINE:COLUMN: TEXT on standard error. It is 3
when store repair made a store that works, without what only damaged files had.
)";

const char* help_of(std::string_view name) {
    for (const Command& command : kCommands)
        if (command.name == name && command.help != nullptr) return *command.help;
    return kHelp;
}

// Does one of them stand for --help? Not what is behind "--", nor a password.
bool asks_help(const Arguments& arguments) {
    std::string_view before;
    for (const std::string_view argument : arguments) {
        if (argument == "--") break;
        if (before != "-b" && (argument == "--help" || argument == "-h")) return true;
        before = argument;
    }
    return false;
}

int dispatch(const Arguments& arguments) {
    if (arguments.empty()) {
        std::fputs(kHelp, stderr);
        return kExitUsage;
    }
    const std::string_view first = arguments.front();
    const Arguments rest(arguments.begin() + 1, arguments.end());
    if (first == "--help" || first == "-h" || asks_help(rest)) {
        std::fputs(help_of(first), stdout);
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

// Where a descriptor of standard input, output or error is closed, the next file to be opened would
// be taken for it.
void open_standard_descriptors() {
    for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) == -1 && ::open("/dev/null", O_RDWR) != descriptor)
            throw std::runtime_error(std::string("/dev/null: ") + std::strerror(errno));
    }
}

// What was printed counts once it is written: a full disk makes a failure of a success.
int after_output(int status) {
    if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || status != kExitSuccess)
        return status;
    std::fprintf(stderr, "grapnel: cannot write to standard output: %s\n", std::strerror(errno));
    return kExitFailure;
}

}  // namespace
}  // namespace grapnel

int main(int count, char** values) {
    try {
        grapnel::open_standard_descriptors();
        return grapnel::after_output(
            grapnel::dispatch({values + (count > 0 ? 1 : 0), values + count}));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "grapnel: %s\n", error.what());
        return grapnel::kExitFailure;
    }
}
