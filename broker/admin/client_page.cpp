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
    Json clients = Json::array();
    for (const ClientRow& row : rows) clients.push_back(row.json());
    return {{"clients", std::move(clients)}, {"next", text_or_null(next)}};
}

}  // namespace grapnel
