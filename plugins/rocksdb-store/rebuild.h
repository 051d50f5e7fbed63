#pragma once

#include <string>

#include "database.h"

namespace grapnel::rocks {

// Makes a damaged database, which nobody has open, into one that opens and gives its records. Where
// the old one can still be read in part, what is before the first and behind the last damaged place
// of each family is copied into a new database that takes its place, and the old one stays beside
// it. Else RocksDB repairs it where it is, which leaves out each damaged file as a whole. Answers
// what was done; throws std::runtime_error.
std::string rebuild_database(const DatabaseSettings& settings);

}  // namespace grapnel::rocks
