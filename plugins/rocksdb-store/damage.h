#pragma once

#include <string>
#include <vector>

#include "database.h"

namespace grapnel::rocks {

// What of a database, which nobody has open, cannot be read, a line for each file: tables that are
// missing, as far as the manifest tells, tables with damaged blocks and logs with damaged records.
// Reads all of it and changes nothing; `scratch` is a folder that is made and removed.
std::vector<std::string> find_damage(const DatabaseSettings& settings, const std::string& scratch);

}  // namespace grapnel::rocks
