#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/fault.h"

namespace grapnel {

// How the program ends. A stop by SIGTERM or SIGINT is a success.
constexpr int kExitSuccess = 0;
constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;  // wrong arguments, or a configuration with faults

// What stands behind the name of a subcommand.
using Arguments = std::vector<std::string_view>;

int command_run(const Arguments& arguments);
int command_check(const Arguments& arguments);
int command_passwd(const Arguments& arguments);
int command_plugins(const Arguments& arguments);
int command_store(const Arguments& arguments);
int command_ctl(const Arguments& arguments);

constexpr const char* kHelpCommand = "grapnel --help";

// Says what is wrong with the arguments, and which command helps; the answer is kExitUsage.
int usage_error(const std::string& text, const char* help = kHelpCommand);

// The value of `--name VALUE` or `--name=VALUE` at `index`, which moves to its last argument.
std::optional<std::string> option_value(const Arguments& arguments, size_t& index,
                                        std::string_view name);

// The options that every subcommand with a configuration takes.
struct ConfigOptions {
    std::string file;                         // --config FILE
    std::vector<std::string> plugin_folders;  // --plugins DIR, searched before the configured ones
    std::string data_dir;                     // --data-dir DIR, instead of the configured one
    std::string admin_token_file;             // --admin-token-file FILE, instead of [admin] token

    // Nothing after a wrong argument, which was said then, as by usage_error().
    static std::optional<ConfigOptions> parse(const Arguments& arguments,
                                              const char* help = kHelpCommand);

    // Reads the configuration anew and lays the options over it. What has a fault keeps its
    // default.
    config::Config read(config::Faults& faults) const;

    // The same; nothing is answered when there was a fault.
    std::optional<config::Config> open(config::Faults& faults) const;

    // The same, for a start: the faults are printed.
    std::optional<config::Config> open_or_print() const;

    // To standard error, a line each.
    static void print(const config::Faults& faults);

private:
    void read_admin_token(config::Admin& admin, config::Faults& faults) const;
};

}  // namespace grapnel
