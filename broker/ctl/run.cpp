#include "ctl/run.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>

#include "config/fault.h"
#include "ctl/commands.h"
#include "ctl/place.h"

namespace grapnel::ctl {
namespace {

constexpr int kSuccess = 0;
constexpr int kFailure = 1;
constexpr int kUsage = 2;
constexpr uint64_t kTimeout_ms = 30'000;

// Of all commands.
constexpr OptionName kCommonOptions[] = {
    {"--url", true}, {"--config", true}, {"--token-file", true},
    {"--ca", true},  {"--cert", true},   {"--key", true},
    {"--insecure"},  {"--json"},         {"--timeout", true},
};

struct Command {
    std::string_view name;
    void (*run)(const Session&);
    const char* words;  // for people
    size_t words_least;
    size_t words_most;
    std::vector<OptionName> options;
};

const std::vector<Command>& commands() {
    static const std::vector<Command> kCommands = {
        {"status", show_status, "no argument", 0, 0, {}},
        {"clients",
         list_clients,
         "no argument",
         0,
         0,
         {{"--search", true},
          {"--user", true},
          {"--listener", true},
          {"--connected"},
          {"--away"},
          {"--limit", true}}},
        {"client", show_client, "a client id", 1, 1, {}},
        {"disconnect", disconnect_client, "a client id", 1, 1, {{"--reason", true}}},
        {"drop", drop_session, "a client id", 1, 1, {}},
        {"trace", trace_client, "a client id", 1, 1, {{"--off"}}},
        {"publish",
         publish,
         "a topic and perhaps a payload",
         1,
         2,
         {{"--file", true},
          {"--qos", true},
          {"--retain"},
          {"--expiry", true},
          {"--content-type", true},
          {"--response-topic", true},
          {"--correlation-data", true},
          {"--user-property", true}}},
        {"retained",
         retained,
         "a filter, get or delete",
         0,
         2,
         {{"--filter", true}, {"--payload"}, {"--limit", true}}},
        {"subscriptions",
         list_subscriptions,
         "no argument",
         0,
         0,
         {{"--search", true}, {"--limit", true}}},
        {"plugins", list_plugins, "no argument", 0, 0, {}},
        {"listeners", list_listeners, "no argument", 0, 0, {}},
        {"bans", list_bans, "no argument", 0, 0, {}},
        {"unban", unban, "an address", 1, 1, {}},
        {"reload", reload, "no argument", 0, 0, {}},
        {"log-level", log_level, "perhaps a level", 0, 1, {}},
        {"log", follow_log, "no argument", 0, 0, {}},
        {"watch", watch, "no argument", 0, 0, {}},
    };
    return kCommands;
}

std::vector<OptionName> all_options() {
    std::vector<OptionName> out(std::begin(kCommonOptions), std::end(kCommonOptions));
    for (const Command& command : commands())
        out.insert(out.end(), command.options.begin(), command.options.end());
    return out;
}

const Command& find(const std::string& name) {
    std::vector<std::string_view> names;
    for (const Command& command : commands()) {
        if (command.name == name) return command;
        names.push_back(command.name);
    }
    throw UsageFailure("unknown command " + config::quoted(name) +
                       config::did_you_mean(name, names));
}

// Every option must be one of the command's.
void check_options(const Command& command, const Arguments& arguments) {
    const auto named = [](std::string_view name) {
        return [name](const OptionName& option) { return option.name == name; };
    };
    for (const std::string_view given : arguments.given()) {
        if (std::any_of(std::begin(kCommonOptions), std::end(kCommonOptions), named(given)) ||
            std::any_of(command.options.begin(), command.options.end(), named(given)))
            continue;
        throw UsageFailure(std::string(command.name) + " takes no " + std::string(given));
    }
}

void run_command(const Arguments& arguments) {
    if (arguments.words().empty()) throw UsageFailure("ctl needs a command");
    const Command& command = find(arguments.words().front());
    check_options(command, arguments);
    const std::vector<std::string> words(arguments.words().begin() + 1, arguments.words().end());
    if (words.size() < command.words_least || words.size() > command.words_most)
        throw UsageFailure(std::string(command.name) + " takes " + command.words);
    Place place = find_place(arguments);
    const uint64_t timeout_ms = arguments.duration_ms("--timeout").value_or(kTimeout_ms);
    const Api api(HttpClient(std::move(place.endpoint), std::move(place.trust),
                             std::move(place.token), timeout_ms));
    const Output output;
    command.run({arguments, words, api, output, arguments.has("--json")});
}

}  // namespace

int run(const std::vector<std::string_view>& arguments) {
    // A reader that goes away must not keep a trace from being switched off.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        run_command(Arguments(arguments, all_options()));
        return kSuccess;
    } catch (const UsageFailure& failure) {
        std::fprintf(stderr, "grapnel: %s; see grapnel ctl --help\n", failure.what());
        return kUsage;
    } catch (const OutputEnded&) {
        return kFailure;
    } catch (const Failure& failure) {
        std::fprintf(stderr, "grapnel: %s\n", failure.what());
        return kFailure;
    }
}

}  // namespace grapnel::ctl
