#include "admin/parameters.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

HttpRequest request_of(std::vector<std::pair<std::string, std::string>> parameters) {
    HttpRequest request;
    request.parameters = std::move(parameters);
    return request;
}

}  // namespace

TEST_CASE("parameters have their values, or those of who asks") {
    const HttpRequest request = request_of({{"id", "a"}, {"yes", "true"}, {"limit", "7"}});
    Parameters parameters(request, {"id", "yes", "no", "limit", "other"});
    CHECK(parameters.required("id") == "a");
    CHECK(parameters.boolean("yes") == true);
    CHECK(parameters.boolean("no") == std::nullopt);
    CHECK(parameters.number("limit", 100, 1, 1000) == 7);
    CHECK(parameters.number("other", 100, 1, 1000) == 100);
    CHECK(parameters.text("no") == nullptr);
    CHECK(parameters.fault().empty());
}

TEST_CASE("wrong parameters are a fault") {
    const auto number = [](const char* value) {
        const HttpRequest request = request_of({{"limit", value}});
        Parameters parameters(request, {"limit"});
        CHECK(parameters.number("limit", 100, 1, 1000) == 100);
        return parameters.fault();
    };
    for (const char* value : {"", "0", "1001", "-1", "1x", " 1", "1e2", "99999999999999999999"})
        CHECK(number(value) == "limit must be a number from 1 to 1000");

    const HttpRequest unknown = request_of({{"limits", "1"}});
    CHECK(Parameters(unknown, {"limit"}).fault() == "there is no parameter \"limits\"");
    const HttpRequest twice = request_of({{"id", "a"}, {"id", "b"}});
    CHECK(Parameters(twice, {"id"}).fault() == "id is given twice");

    const HttpRequest empty = request_of({{"id", ""}, {"connected", "1"}});
    Parameters parameters(empty, {"id", "connected"});
    CHECK(parameters.boolean("connected") == std::nullopt);
    CHECK(parameters.fault() == "connected must be true or false");
    CHECK(parameters.required("id").empty());
    CHECK(parameters.fault() == "connected must be true or false");
}
