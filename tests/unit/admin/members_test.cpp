#include "admin/members.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

Members of(std::string body) {
    HttpRequest request;
    request.body = std::move(body);
    return Members(request);
}

}  // namespace

TEST_CASE("members of every type") {
    Members members = of(R"({"a": "x", "b": 5, "c": true, "d": "AAE=", "e": [1]})");
    CHECK(members.text("a") == "x");
    CHECK(members.number("b", 0, 5) == 5u);
    CHECK(members.flag("c") == true);
    CHECK(members.bytes("d") == std::string("\0\1", 2));
    REQUIRE(members.value("e") != nullptr);
    CHECK(members.value("f") == nullptr);
    CHECK_FALSE(members.text("f"));
    CHECK(members.fault().empty());
}

TEST_CASE("of another type, out of range, or not asked for") {
    CHECK_FALSE(of(R"({"a": 1})").text("a"));
    const auto fault = [](const char* body, auto ask) {
        Members members = of(body);
        ask(members);
        return members.fault();
    };
    CHECK(fault(R"({"a": 1})", [](Members& m) { m.text("a"); }) == "a is no text");
    for (const char* body : {R"({"a": 6})", R"({"a": -1})", R"({"a": 1.0})", R"({"a": "1"})",
                             R"({"a": null})", R"({"a": 1e30})", R"({"a": 18446744073709551616})"})
        CHECK(fault(body, [](Members& m) { m.number("a", 0, 5); }) ==
              "a is a whole number from 0 to 5");
    CHECK(fault(R"({"a": 0})", [](Members& m) { m.flag("a"); }) == "a is true or false");
    CHECK(fault(R"({"a": "x"})", [](Members& m) { m.bytes("a"); }) == "a is no base64");
    CHECK(fault(R"({"a": "x", "b": 1})", [](Members& m) { m.text("a"); }) == "unknown member b");
    CHECK(fault(R"({"aa": "x"})", [](Members& m) {
              if (!m.text("a")) m.fail("a is missing");
          }) == "unknown member aa");
}

TEST_CASE("what is no object") {
    for (const char* body : {"", "{", "[]", "null", "1", "{\"a\": \"\xff\"}", "{} x"}) {
        Members members = of(body);
        CHECK_FALSE(members.text("a"));
        CHECK_MESSAGE(!members.fault().empty(), body);
    }
    Members deep = of(std::string(100'000, '['));
    CHECK_FALSE(deep.fault().empty());
}
