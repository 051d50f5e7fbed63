#include "ctl/json.h"

#include <doctest/doctest.h>

#include <string>

#include "ctl/failure.h"

using namespace grapnel::ctl;

TEST_CASE("only objects are answers") {
    CHECK(parse_object("{\"a\": 1}").size() == 1);
    for (const std::string text :
         {"", "[]", "1", "null", "{", "{\"a\":}", "{} x", "{\"a\":\"\xff\"}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_object(text), Failure);
    }
}

TEST_CASE("an answer that is nested without end is refused") {
    CHECK_THROWS_AS(parse_object("{\"a\":" + std::string(100'000, '[')), Failure);
}

TEST_CASE("members are of the kind that was asked for") {
    const Json object = parse_object(
        R"({"text": "x", "count": 3, "number": -1.5, "yes": true, "none": null, "list": [{}, 1],
            "map": {"a": 2, "b": 3}, "negative": -1, "empty": []})");
    CHECK(text_at(object, "text") == "x");
    CHECK(count_at(object, "count") == 3);
    CHECK(find_number(object, "number") == -1.5);
    CHECK(bool_at(object, "yes"));
    CHECK(find_rounded(object, "count") == 3);
    CHECK(find_rounded(parse_object(R"({"a": 2.5})"), "a") == 3);
    CHECK_THROWS_AS(find_rounded(object, "number"), Failure);
    CHECK_THROWS_AS(find_rounded(parse_object(R"({"a": 1e300})"), "a"), Failure);
    CHECK_FALSE(find_text(object, "none"));
    CHECK_FALSE(find_count(object, "absent"));
    CHECK(find_object(object, "none") == nullptr);
    CHECK(objects_at(object, "empty").empty());
    CHECK(sum_at(object, "map") == 5);
    CHECK(sum_at(object, "count") == 3);
    CHECK(sum_at(object, "absent") == 0);
    CHECK_THROWS_AS(text_at(object, "none"), Failure);
    CHECK_THROWS_AS(text_at(object, "count"), Failure);
    CHECK_THROWS_AS(count_at(object, "text"), Failure);
    CHECK_THROWS_AS(count_at(object, "negative"), Failure);
    CHECK_THROWS_AS(count_at(object, "number"), Failure);
    CHECK_THROWS_AS(bool_at(object, "count"), Failure);
    CHECK_THROWS_AS(objects_at(object, "list"), Failure);
    CHECK_THROWS_AS(objects_at(object, "map"), Failure);
    CHECK_THROWS_AS(find_object(object, "list"), Failure);
}
