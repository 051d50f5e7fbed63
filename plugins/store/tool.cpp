#include "store/tool.h"

#include <charconv>
#include <chrono>
#include <new>
#include <string>

#include "store/tool_command.h"

namespace grapnel::store {

namespace {

struct ToolCommand {
    std::string_view name;
    int (*run)(const ToolRun&);
    std::size_t operands_least;
    std::size_t operands_most;
    std::string_view options;  // by blanks
    std::string_view usage;
};

constexpr ToolCommand kCommands[] = {
    {"sessions", tool_sessions, 0, 0, "--json", "sessions [--json]"},
    {"session", tool_session, 1, 1, "--json", "session ID [--json]"},
    {"queues", tool_queues, 0, 0, "--json --limit", "queues [--limit N] [--json]"},
    {"retained", tool_retained, 0, 1, "--json", "retained [FILTER] [--json]"},
    {"verify", tool_verify, 0, 0, "", "verify"},
    {"repair", tool_repair, 0, 0, "", "repair"},
    {"export", tool_export, 0, 1, "", "export [FILE]"},
    {"import", tool_import, 1, 1, "--merge", "import FILE [--merge]"},
};

const ToolCommand& command_of(std::span<const std::string_view> words) {
    std::string names;
    for (const ToolCommand& command : kCommands) {
        if (!words.empty() && command.name == words.front()) return command;
        names += (names.empty() ? "" : ", ") + std::string(command.name);
    }
    const std::string what = words.empty() ? "a command is missing"
                                           : "unknown command \"" + printable(words.front()) + '"';
    throw UsageError(what + "; there is " + names);
}

bool offers(const ToolCommand& command, std::string_view option) {
    const std::size_t at = command.options.find(option);
    return at != std::string_view::npos;
}

std::uint64_t limit_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size())
        throw UsageError('"' + printable(text) + "\" is no number");
    if (number == 0) throw UsageError("--limit is 1 or more");
    return number;
}

// "--" ends the options, for ids and files that begin like one.
ToolWords parse(const ToolCommand& command, std::span<const std::string_view> words) {
    ToolWords out;
    bool options_over = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view word = words[at];
        if (options_over || !word.starts_with("--")) {
            out.operands.push_back(word);
        } else if (word == "--") {
            options_over = true;
        } else if (word == "--json" && offers(command, word)) {
            out.json = true;
        } else if (word == "--merge" && offers(command, word)) {
            out.merge = true;
        } else if (word == "--limit" && offers(command, word) && at + 1 < words.size()) {
            out.limit = limit_of(words[++at]);
        } else if (word.starts_with("--limit=") && offers(command, "--limit")) {
            out.limit = limit_of(word.substr(word.find('=') + 1));
        } else {
            throw UsageError("unknown option \"" + printable(word) + "\"; it is " +
                             std::string(command.usage));
        }
    }
    if (out.operands.size() < command.operands_least || out.operands.size() > command.operands_most)
        throw UsageError("it is " + std::string(command.usage));
    return out;
}

}  // namespace

std::int64_t wall_clock_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

int run_tool(ToolPlace& place, std::span<const std::string_view> words, const ToolOutput& output) {
    try {
        const ToolCommand& command = command_of(words);
        return command.run({place, output, parse(command, words.subspan(1))});
    } catch (const UsageError& fault) {
        output.errors << "grapnel: store: " << fault.what() << "; see grapnel store --help\n";
        return kToolUsage;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& fault) {
        output.out.flush();
        output.errors << "grapnel: " << fault.what() << '\n';
        return kToolFailure;
    }
}

}  // namespace grapnel::store
