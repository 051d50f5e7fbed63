#pragma once

#include <grapnel/plugin.h>

#include <string>
#include <string_view>

#include "store/kind.h"
#include "store/record.h"

namespace grapnel::store {

// A record in words, for the log and for tools: `outbound "client", 17`. Bytes that are no
// printable text come out as \xNN.
std::string record_name(Kind kind, std::string_view key);
std::string printable(std::string_view bytes);

// What $SYS counts, as a record and back. A field that one side lacks is 0.
SysInfoRecord sysinfo_record(const gn_sysinfo& info);
void put_sysinfo(const SysInfoRecord& record, gn_sysinfo& out);

}  // namespace grapnel::store
