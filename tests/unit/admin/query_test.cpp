#include "admin/query.h"

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
    auto page = page_of(with({}));
    REQUIRE(page);
    CHECK(page.value().limit == 100);
    CHECK(page.value().after.empty());
    page = page_of(with({{"limit", "1000"}, {"after", "a/b"}}));
    REQUIRE(page);
    CHECK(page.value().limit == 1000);
    CHECK(page.value().after == "a/b");
    for (const char* limit : {"", "0", "1001", "-1", "+1", "1 ", "1x", "99999999999999999999999"})
        CHECK_MESSAGE(!page_of(with({{"limit", limit}})), limit);
}

TEST_CASE("part of a text, in any case") {
    CHECK(contains_text("Sensors/Room", "s/r"));
    CHECK(contains_text("Sensors", ""));
    CHECK(contains_text("sensors", "SENSORS"));
    CHECK_FALSE(contains_text("sensors", "sensorss"));
    CHECK_FALSE(contains_text("a[", "a{"));
}
