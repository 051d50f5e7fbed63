#pragma once

#include <string>
#include <string_view>

#include "fault.h"
#include "ledger.h"

namespace grapnel::ledger {

// Mosquitto's password_file: "user:$6$…" or "user:$7$…" a line. A malformed line, a user listed
// twice or with a password elsewhere, and a plain text password are faults.
void read_password_file(std::string_view text, const std::string& file, Ledger& ledger,
                        Faults& faults);

// Mosquitto's acl_file: "topic", "user" and "pattern" lines. Its rules come behind the ledger's
// own, in Mosquitto's order: those of the client's section, then the patterns, refusals first in
// each. Topics before the first user line are for clients without a username. When neither a line
// nor a ledger rule decides, the ledger's default does.
void read_acl_file(std::string_view text, const std::string& file, Ledger& ledger, Faults& faults);

}  // namespace grapnel::ledger
