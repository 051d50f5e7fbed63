#include "admin/client_page.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "admin/cursor.h"

namespace grapnel {

namespace {

// The page ends with an id that a request can carry, if it has one.
void end_with_cursor(std::vector<ClientRow>& rows, std::string& next) {
    if (is_cursor(next)) return;
    const auto last = std::find_if(rows.rbegin(), rows.rend(),
                                   [](const ClientRow& row) { return is_cursor(row.id); });
    if (last != rows.rend()) {
        rows.erase(last.base(), rows.end());
        next = rows.back().id;
    } else {
        next = cursor_after(next);
    }
}

}  // namespace

// Behind the first id that some worker is not complete to, its clients would be left out.
Json client_page(std::vector<ClientRows> parts, size_t limit) {
    std::vector<ClientRow> rows;
    std::optional<std::string> next;
    for (ClientRows& part : parts) {
        std::move(part.rows.begin(), part.rows.end(), std::back_inserter(rows));
        if (part.complete_to && (!next || *part.complete_to < *next)) next = part.complete_to;
    }
    if (next) std::erase_if(rows, [&](const ClientRow& row) { return row.id > *next; });
    std::sort(rows.begin(), rows.end(),
              [](const ClientRow& one, const ClientRow& other) { return one.id < other.id; });
    if (rows.size() > limit) {
        rows.resize(limit);
        next = rows.back().id;
    }
    if (next) end_with_cursor(rows, *next);
    Json clients = Json::array();
    for (const ClientRow& row : rows) clients.push_back(row.json());
    return {{"clients", std::move(clients)}, {"next", text_or_null(next)}};
}

}  // namespace grapnel
