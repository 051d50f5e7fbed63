#pragma once

#include <cstdint>
#include <string>

namespace grapnel::rocks {

struct LogCheck {
    std::uint64_t bytes = 0;             // of the file
    std::uint64_t unreadable_bytes = 0;  // of its damaged records, and what is lost with them
};

// Reads a log of RocksDB as it is read when a database opens. What is missing at the end is no
// damage: a process that is killed leaves that. Throws std::runtime_error when the file cannot be
// read.
LogCheck check_log(const std::string& path);

// Leaves the whole records in a log, where it has damaged ones: RocksDB does not get around each
// damage. Throws std::runtime_error.
void mend_log(const std::string& path);

}  // namespace grapnel::rocks
