#include "admin/client_page.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace grapnel {

void SmallestIds::offer(Bytes id) {
    if (heap_.size() == limit_) {
        more_ = true;
        if (Bytes(heap_.front()) <= id) return;
        std::pop_heap(heap_.begin(), heap_.end());
        heap_.back().assign(id);
    } else {
        heap_.emplace_back(id);
    }
    std::push_heap(heap_.begin(), heap_.end());
}

std::vector<std::string> SmallestIds::take() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::exchange(heap_, {});
}

namespace {

// A cursor comes back in a query, where libwebsockets takes no line breaks. The page ends with an
// id without one; where it has none, what differs from the last id behind its break only is left
// out.
void avoid_line_breaks(std::vector<ClientRow>& rows, std::string& next) {
    const size_t line_break = next.find_first_of("\r\n");
    if (line_break == std::string::npos) return;
    const auto last = std::find_if(rows.rbegin(), rows.rend(), [](const ClientRow& row) {
        return row.id.find_first_of("\r\n") == std::string::npos;
    });
    if (last != rows.rend()) {
        rows.erase(last.base(), rows.end());
        next = rows.back().id;
    } else {
        next.resize(line_break + 1);
        ++next.back();
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
    if (next) avoid_line_breaks(rows, *next);
    Json clients = Json::array();
    for (const ClientRow& row : rows) clients.push_back(row.json());
    return {{"clients", std::move(clients)}, {"next", text_or_null(next)}};
}

}  // namespace grapnel
