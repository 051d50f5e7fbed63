// Topics, filters and bytes as text.

#include <doctest/doctest.h>

#include <grapnel/plugin.hpp>
#include <string>
#include <string_view>

TEST_CASE("below a prefix means levels, not letters") {
    CHECK(gn::topic_below("a/b", "a/b"));
    CHECK(gn::topic_below("a/b/c", "a/b"));
    CHECK(gn::topic_below("a/b/", "a/b"));
    CHECK_FALSE(gn::topic_below("a/bc", "a/b"));
    CHECK_FALSE(gn::topic_below("a", "a/b"));
    CHECK_FALSE(gn::topic_below("a", ""));
    CHECK_FALSE(gn::topic_below("", ""));
}

TEST_CASE("the beginning of a shared subscription is found") {
    const auto rest = [](std::string_view filter) {
        return filter.substr(gn::share_length(filter));
    };
    CHECK(rest("$share/g/a/#") == "a/#");
    CHECK(rest("$share/g//a") == "/a");
    CHECK(rest("a/$share/g/b") == "a/$share/g/b");
    CHECK(gn::share_length("$share/g") == 0);
    CHECK(gn::share_length("$shared/g/a") == 0);
}

TEST_CASE("topics and filters are those of MQTT") {
    using namespace gn;
    CHECK(is_topic_name("a/b"));
    CHECK_FALSE(is_topic_name("a/+"));
    CHECK_FALSE(is_topic_name(""));
    CHECK_FALSE(is_topic_name("\xed\xa0\x80"));
    CHECK(is_mqtt_string("\xe2\x82\xac \xf0\x9f\x98\x80"));
    CHECK_FALSE(is_mqtt_string("\xc0\xaf"));
    CHECK_FALSE(is_mqtt_string("\xe2\x82"));
    CHECK_FALSE(is_mqtt_string(std::string(65'536, 'a')));
    for (const char* good : {"#", "+", "a/+/b", "a/#", "$share/g/a", "/"}) CHECK(is_filter(good));
    for (const char* bad : {"", "a#", "#/a", "a+/b", "$share/g", "$share//a", "$share/+/a"})
        CHECK_FALSE(is_filter(bad));
    CHECK(topic_matches("a/#", "a"));
    CHECK(topic_matches("a/+", "a/b"));
    CHECK(topic_matches("#", "a/b/c"));
    CHECK_FALSE(topic_matches("a/+", "a"));
    CHECK_FALSE(topic_matches("#", "$SYS/a"));
    CHECK(topic_matches("$SYS/#", "$SYS/a"));
}

TEST_CASE("levels are taken from the left, empty ones too") {
    std::string_view text = "/a";
    bool more = false;
    CHECK(gn::take_level(text, more) == "");
    CHECK(more);
    CHECK(gn::take_level(text, more) == "a");
    CHECK_FALSE(more);
}

namespace {

struct Match {
    std::string_view filter;
    std::string_view topic;
};

constexpr Match kMatching[] = {
    {"a/b", "a/b"},   {"a/+", "a/b"},       {"a/+", "a/"}, {"+/+", "/a"},
    {"/+", "/a"},     {"#", "a/b/c"},       {"a/#", "a"},  {"a/#", "a/b"},
    {"+/b/#", "a/b"}, {"$SYS/#", "$SYS/a"}, {"#", "/"},    {"$x", "$x"},
};
constexpr Match kDiffering[] = {
    {"a/b", "a/B"}, {"a/+", "a"},  {"a/+", "a/b/c"}, {"+", "/a"},       {"a", "a/"},
    {"a/", "a"},    {"a/#", "ab"}, {"#", "$SYS/a"},  {"+/a", "$SYS/a"}, {"a/b/#", "a"},
};

}  // namespace

TEST_CASE("filters match as MQTT 5.0, 4.7 says") {
    for (const Match& match : kMatching) {
        CAPTURE(match.filter);
        CHECK(gn::topic_matches(match.filter, match.topic));
    }
    for (const Match& match : kDiffering) {
        CAPTURE(match.filter);
        CHECK_FALSE(gn::topic_matches(match.filter, match.topic));
    }
}

TEST_CASE("only well-formed UTF-8 is UTF-8") {
    for (const std::string_view text :
         {"", "plain", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa4z"}) {
        CAPTURE(text);
        CHECK(gn::is_utf8(text));
    }
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf", "\xe2\x82",
          "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "ok\xe2\x82z"}) {
        CAPTURE(text.size());
        CHECK_FALSE(gn::is_utf8(text));
    }
    CHECK(gn::is_utf8(std::string_view("\0", 1)));
}

TEST_CASE("a JSON string has its quotes and no control characters") {
    CHECK(gn::json_quoted("") == "\"\"");
    CHECK(gn::json_quoted("a\"b\\c/ä") == "\"a\\\"b\\\\c/ä\"");
    CHECK(gn::json_quoted("\n\x1f\x7f") == "\"\\u000a\\u001f\x7f\"");
    CHECK(gn::json_quoted(std::string_view("\0", 1)) == "\"\\u0000\"");
}
