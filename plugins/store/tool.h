#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "store/backend.h"

namespace grapnel::store {

// A store that does not open because of what is in it.
class DamagedStore : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// What became of a store that was damaged.
struct Rebuilt {
    std::string done;                  // what was done; empty: there is no way to repair it
    std::vector<std::string> damaged;  // each file that could not be read whole, and what of it
};

// Where the store is that a command is about. Implemented by each store plugin.
class ToolPlace {
public:
    virtual ~ToolPlace() = default;
    // `create`: make it where it is not there. Throws DamagedStore, or std::runtime_error that says
    // what an operator can do: it is in use, not there, or of a newer schema.
    virtual std::unique_ptr<Backend> open(bool create) = 0;
    // The same for commands that only read: it must not be written to.
    virtual std::unique_ptr<Backend> look() { return open(false); }
    // Makes a store that does not open, or not give all its records, into one that does, of what
    // can be read; nobody has it open. Throws std::runtime_error, and then it is as it was.
    virtual Rebuilt rebuild() { return {}; }
};

// Where a command writes, and the wall clock by which it tells ages.
struct ToolOutput {
    std::ostream& out;
    std::ostream& errors;
    std::int64_t now_ms;
};

// What the clock of the machine says.
std::int64_t wall_clock_ms();

// The command line of a store. Answers the exit status: 0 success, 1 failure, 2 wrong words, 3
// repaired with losses.
// Nothing is thrown but std::bad_alloc.
int run_tool(ToolPlace& place, std::span<const std::string_view> words, const ToolOutput& output);

}  // namespace grapnel::store
