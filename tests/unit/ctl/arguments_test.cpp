#include "ctl/arguments.h"

#include <doctest/doctest.h>

#include <string>

#include "ctl/failure.h"

using namespace grapnel::ctl;

namespace {

using Words = std::vector<std::string>;

Arguments parse(const std::vector<std::string_view>& arguments) {
    return Arguments(arguments, {{"--json"}, {"--url", true}, {"--limit", true}});
}

std::string refusal(const std::vector<std::string_view>& arguments) {
    try {
        parse(arguments);
    } catch (const UsageFailure& failure) {
        return failure.what();
    }
    return "";
}

}  // namespace

TEST_CASE("options stand anywhere") {
    const Arguments arguments =
        parse({"--url", "a", "client", "--json", "-", "--url=b=c", "--", "--json"});
    CHECK(arguments.words() == Words{"client", "-", "--json"});
    CHECK(arguments.has("--json"));
    CHECK_FALSE(arguments.has("--limit"));
    CHECK(arguments.value("--url") == "b=c");
    CHECK(arguments.values("--url") == Words{"a", "b=c"});
}

TEST_CASE("wrong options are refused") {
    CHECK(refusal({"--jsn"}) == "unknown option \"--jsn\"; did you mean \"--json\"?");
    CHECK(refusal({"-x"}) == "unknown option \"-x\"");
    CHECK(refusal({"--url"}) == "--url needs a value");
    CHECK(refusal({"--json=1"}) == "--json takes no value");
}

TEST_CASE("numbers and times") {
    CHECK(parse({"--limit", "7"}).number("--limit", 1, 9) == 7);
    CHECK_FALSE(parse({}).number("--limit", 1, 9));
    for (const auto* const wrong : {"0", "10", "-1", "1x", "", "99999999999999999999"})
        CHECK_THROWS_AS(parse({"--limit", wrong}).number("--limit", 1, 9), UsageFailure);
    CHECK(parse({"--limit", "5m"}).duration_ms("--limit") == 300'000);
    CHECK(parse({"--limit", "300"}).duration_ms("--limit") == 300'000);
    for (const auto* const wrong : {"0", "0s", "five", "-5s", ""})
        CHECK_THROWS_AS(parse({"--limit", wrong}).duration_ms("--limit"), UsageFailure);
}
