#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "store/name.h"
#include "store/tool.h"

namespace grapnel::store {

inline constexpr int kToolSuccess = 0;
inline constexpr int kToolFailure = 1;
inline constexpr int kToolUsage = 2;
inline constexpr int kToolLosses = 3;

// What a user wrote is not what a command takes.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The words of a command line, checked against what the command takes.
struct ToolWords {
    std::vector<std::string_view> operands;
    bool json = false;                                                // --json
    bool merge = false;                                               // --merge
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  // --limit N

    // Empty where the command was given fewer.
    std::string_view operand() const { return operands.empty() ? "" : operands.front(); }
};

// What a command works with.
struct ToolRun {
    ToolPlace& place;
    const ToolOutput& output;
    ToolWords words;
};

// The commands; each answers the exit status and throws std::runtime_error, or UsageError.
int tool_sessions(const ToolRun& run);
int tool_session(const ToolRun& run);
int tool_queues(const ToolRun& run);
int tool_retained(const ToolRun& run);
int tool_verify(const ToolRun& run);
int tool_repair(const ToolRun& run);
int tool_export(const ToolRun& run);
int tool_import(const ToolRun& run);

// Gives the records of a store to a command. Those that cannot be read are named on the errors and
// left out.
class ToolReader {
public:
    ToolReader(Backend& backend, const ToolOutput& output) : backend_(backend), output_(output) {}

    // Calls visit(key, value) for each. Throws std::runtime_error when they end early.
    template <class Visit>
    void each(Kind kind, const Visit& visit) {
        const auto cursor = backend_.scan(kind);
        std::string_view key;
        std::string_view value;
        while (cursor->next(key, value)) visit(key, value);
        if (const Fault fault = cursor->fault(); !fault.empty())
            throw std::runtime_error("reading records of kind " + std::string(name_of(kind)) +
                                     " ends early: " + fault);
    }
    // The same with the decoded record: visit(key, record).
    template <class Record, class Visit>
    void each_record(Kind kind, const Visit& visit) {
        each(kind, [this, kind, &visit](std::string_view key, std::string_view value) {
            Record record;
            const Decoded decoded = decode(value, record);
            if (decoded != Decoded::ok) return complain(kind, key, text_of(decoded));
            visit(key, static_cast<const Record&>(record));
        });
    }
    void complain(Kind kind, std::string_view key, std::string_view why) {
        status_ = kToolFailure;
        output_.errors << record_name(kind, key) << ' ' << why << '\n';
    }
    // Failure when anything was left out.
    int status() const { return status_; }

private:
    Backend& backend_;
    const ToolOutput& output_;
    int status_ = kToolSuccess;
};

}  // namespace grapnel::store
