#include "admin/page_request.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

HttpRequest with(std::vector<std::pair<std::string, std::string>> parameters) {
    HttpRequest request;
    request.parameters = std::move(parameters);
    return request;
}

}  // namespace

TEST_CASE("the page of a request") {
    const auto asked = [](std::vector<std::pair<std::string, std::string>> given) {
        const HttpRequest request = with(std::move(given));
        Parameters parameters(request, {"limit", "after"});
        const Page page = page_of(parameters);
        return parameters.fault().empty() ? std::to_string(page.limit) + " " + page.after : "fault";
    };
    CHECK(asked({}) == "100 ");
    CHECK(asked({{"limit", "1000"}, {"after", "a/b"}}) == "1000 a/b");
    for (const char* limit : {"", "0", "1001", "-1", "+1", "1 ", "1x", "99999999999999999999999"})
        CHECK_MESSAGE(asked({{"limit", limit}}) == "fault", limit);
}
