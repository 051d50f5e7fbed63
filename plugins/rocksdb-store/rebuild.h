#pragma once

#include "database.h"
#include "store/tool.h"

namespace grapnel::rocks {

// Puts a database that opens and gives its records in place of a damaged one, which nobody has open
// and which stays beside it. All is done in copies: after a fault, or when it is killed before the
// new one is whole, the damaged one is where it was. What can be read is copied, around the damaged
// places; where the database does not open for that, RocksDB puts together its tables and logs
// first, and leaves out each damaged table as a whole. Throws std::runtime_error.
store::Rebuilt rebuild_database(const DatabaseSettings& settings);

}  // namespace grapnel::rocks
