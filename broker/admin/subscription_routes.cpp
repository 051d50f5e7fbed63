#include "admin/subscription_routes.h"

#include <utility>

#include "admin/on_main.h"
#include "admin/page_request.h"
#include "admin/sorted_page.h"
#include "admin/text_search.h"
#include "topics/index.h"

namespace grapnel {

namespace {

constexpr size_t kFiltersATurn = 2048;
constexpr size_t kFiltersAStep = 16;
constexpr size_t kBytesATurn = size_t{256} << 10U;  // of filters that are looked at
constexpr int kWalksMost = 3;                       // when filters changed their places meanwhile

struct Counted {
    size_t subscribers;
    std::string group;
};

// A walk over all filters, of which some are listed.
struct Listing {
    TextSearch search;
    SortedPage<Counted> page;
    IndexScan at{};
    int walks = 0;

    // False: that was the last slice.
    bool next(const Index& index) {
        size_t filters = 0;
        size_t bytes = 0;
        do {
            index.scan(at, kFiltersAStep, [&](Bytes text, Bytes group, size_t subscribers) {
                bytes += text.size();
                if (subscribers != 0 && page.wants(text) && search.found_in(text))
                    page.add(std::string(text), {subscribers, std::string(group)});
            });
            filters += kFiltersAStep;
        } while (!at.ended() && filters < kFiltersATurn && bytes < kBytesATurn);
        if (!at.ended()) return true;
        if (!at.disturbed() || ++walks == kWalksMost) return false;
        at = {};
        return true;
    }

    HttpResponse response() const {
        Json found = Json::array();
        const std::optional<std::string> next =
            page.for_each([&](const std::string& filter, const Counted& counted) {
                Json entry = {{"filter", filter}, {"subscribers", counted.subscribers}};
                if (!counted.group.empty()) entry["shared_group"] = counted.group;
                found.push_back(std::move(entry));
            });
        return json_response(
            {{"subscriptions", std::move(found)}, {"next", next ? Json(*next) : Json(nullptr)}});
    }
};

}  // namespace

void add_subscription_routes(Api& api, Broker& broker, const std::shared_ptr<Slices>& slices) {
    const auto list = [&index = broker.core().index, slices](const HttpRequest& request,
                                                             const HttpAnswer& answer) {
        Parameters parameters(request, {"search", "limit", "after"});
        Page page = page_of(parameters);
        if (!parameters.fault().empty()) return answer(error_response(400, parameters.fault()));
        const auto listing = std::make_shared<Listing>(
            Listing{TextSearch(parameters.value("search")), SortedPage<Counted>(std::move(page))});
        const bool begun = slices->begin([&index, listing, answer] {
            if (listing->next(index)) return true;
            answer(listing->response());
            return false;
        });
        if (!begun) answer(error_response(429, "too many lists are being made"));
    };
    api.add("GET", "/subscriptions", on_main(broker, list));
}

}  // namespace grapnel
