#pragma once

#include "fault.h"
#include "ledger.h"
#include "value.h"

namespace grapnel::ledger {

// Adds the users and rules of one table to the ledger, in its order. Every unknown key, wrong type,
// bad filter, address or password hash is a fault. Keys that name files (file, password_file,
// acl_file) are accepted here and read by load.
void read_ledger(const Value& table, Ledger& ledger, Faults& faults);

// A filter with its widened form; empty where the text is no filter.
std::optional<FilterRule> make_rule(std::string_view filter, Filter::Placeholders placeholders,
                                    Rights grants, Rights decides);

}  // namespace grapnel::ledger
