#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fault.h"
#include "ledger.h"
#include "value.h"

namespace grapnel::ledger {

// The bytes of a file; empty where it cannot be opened or wholly read, and `why` says it.
using ReadFile =
    std::function<std::optional<std::string>(const std::string& path, std::string& why)>;

// From disk; refuses what is no regular file or is larger than kFileBytesMax.
std::optional<std::string> read_file(const std::string& path, std::string& why);

// The ledger that a configuration describes, with every file it names. Order of the rules: the
// configuration's own, then those of `file`, then the acl_file of either.
// NULL where anything is wrong; then `faults` is not empty and nothing of it may be used.
std::shared_ptr<const Ledger> load_ledger(const Value& config, const ReadFile& read,
                                          Faults& faults);

}  // namespace grapnel::ledger
