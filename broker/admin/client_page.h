#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/client_row.h"

namespace grapnel {

// The smallest ids of those that were offered, at most `limit`.
class SmallestIds {
public:
    explicit SmallestIds(size_t limit) : limit_(limit) {}

    void offer(Bytes id);
    // There were more than are kept.
    bool more() const { return more_; }
    // In order; they are gone here.
    std::vector<std::string> take();

private:
    const size_t limit_;
    std::vector<std::string> heap_;  // the largest first
    bool more_ = false;
};

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
