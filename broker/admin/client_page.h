#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/client_row.h"

namespace grapnel {

// What one worker has for a page: rows in the order of their ids.
struct ClientRows {
    std::vector<ClientRow> rows;
    // The worker has more clients, and all of them have ids above this one; nothing: it has not.
    std::optional<std::string> complete_to;
};

// One page of all workers' clients, as it is answered. A client that was there all the time is on
// one page exactly, whatever came and went.
Json client_page(std::vector<ClientRows> parts, size_t limit);

}  // namespace grapnel
