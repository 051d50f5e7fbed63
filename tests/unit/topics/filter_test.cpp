#include "topics/filter.h"

#include <doctest/doctest.h>

#include "topics/support.h"

using namespace grapnel;
using test::Random;
using test::Reference;

namespace {

bool valid(Bytes text, size_t levels_max = 0) {
    Filter filter;
    return parse_filter(text, levels_max, filter);
}

}  // namespace

TEST_CASE("valid filters") {
    for (const char* text : {"a",
                             "/",
                             "//",
                             "#",
                             "+",
                             "+/+",
                             "/+",
                             "+/",
                             "/#",
                             "a/#",
                             "a/+/b",
                             "+/#",
                             "a//b",
                             "$SYS/#",
                             "$share",
                             "$shared/x",
                             "$SHARE/g",
                             "$Share/#",
                             "$share/g/a",
                             "$share/g/#",
                             "$share/g/+/a",
                             "$share/g//",
                             "$share/$x/y",
                             " ",
                             "a b",
                             "ä/ö",
                             "$",
                             "$share/g/$SYS/x"}) {
        CAPTURE(text);
        CHECK(valid(text));
    }
}

TEST_CASE("invalid filters") {
    for (const char* text : {"",
                             "a#",
                             "#a",
                             "a/#/b",
                             "#/a",
                             "##",
                             "a/##",
                             "a+",
                             "+a",
                             "a/+b",
                             "a+/b",
                             "++",
                             "a/b+/c",
                             "a/#b",
                             "+#",
                             "#+",
                             "$share/",
                             "$share//",
                             "$share//a",
                             "$share/g",
                             "$share/g/",
                             "$share/+/a",
                             "$share/#/a",
                             "$share/g+/a",
                             "$share/g#x/a",
                             "$share/g/a#",
                             "$share/g/+a"}) {
        CAPTURE(text);
        CHECK_FALSE(valid(text));
    }
    CHECK_FALSE(valid(Bytes("a\0b", 3)));
    CHECK_FALSE(valid(Bytes("\0", 1)));
    CHECK_FALSE(valid(Bytes("$share/\0/a", 10)));
    CHECK(valid(std::string(65535, 'a')));
    CHECK_FALSE(valid(std::string(65536, 'a')));
}

TEST_CASE("the parts of a filter") {
    const Filter shared = test::parse("$share/group/a/+/#");
    CHECK(shared.shared);
    CHECK(shared.wildcard);
    CHECK(shared.text == "$share/group/a/+/#");
    CHECK(shared.group == "group");
    CHECK(shared.topics == "a/+/#");

    const Filter plain = test::parse("$SHARE/group/a");
    CHECK_FALSE(plain.shared);
    CHECK_FALSE(plain.wildcard);
    CHECK(plain.group.empty());
    CHECK(plain.topics == "$SHARE/group/a");
}

TEST_CASE("levels are counted in what is matched with") {
    CHECK(valid("a/b/c", 3));
    CHECK_FALSE(valid("a/b/c/", 3));
    CHECK(valid("$share/g/a/b/c", 3));
    CHECK_FALSE(valid("$share/g/a/b/c/#", 3));
    CHECK(topic_name_valid("a/b/c", 3));
    CHECK_FALSE(topic_name_valid("a/b/c/d", 3));
}

TEST_CASE("topic names") {
    for (const char* text : {"a", "/", "a/b", "$SYS/x", "$share/x", " ", "a//"}) {
        CAPTURE(text);
        CHECK(topic_name_valid(text, 0));
    }
    for (const char* text : {"", "#", "+", "a/#", "a+b", "a#"}) {
        CAPTURE(text);
        CHECK_FALSE(topic_name_valid(text, 0));
    }
    CHECK_FALSE(topic_name_valid(Bytes("a\0", 2), 0));
    CHECK(topic_name_valid(std::string(65535, 'a'), 0));
    CHECK_FALSE(topic_name_valid(std::string(65536, 'a'), 0));
}

TEST_CASE("what matches") {
    struct Row {
        const char* filter;
        const char* topic;
        bool matches;
    };
    for (const Row& row : {
             Row{"a", "a", true},        {"a", "a/b", false},
             {"a/b", "a", false},        {"allowed", "allowed/secret", false},
             {"x/#", "x", true},         {"x/#", "x/", true},
             {"x/#", "x/y/z", true},     {"x/#", "xy", false},
             {"+/#", "x", true},         {"+/#", "/", true},
             {"#", "a/b", true},         {"#", "/", true},
             {"+", "a", true},           {"+", "/", false},
             {"+", "a/", false},         {"+/+", "/a", true},
             {"/+", "/a", true},         {"+/+", "/", true},
             {"a/+", "a", false},        {"a/+", "a/", true},
             {"a/+/#", "a", false},      {"a/+/#", "a/b", true},
             {"a//b", "a//b", true},     {"a/+/b", "a//b", true},
             {"a/b", "a//b", false},     {"A", "a", false},
             {"#", "$SYS", false},       {"#", "$SYS/x", false},
             {"+/x", "$SYS/x", false},   {"+/#", "$foo", false},
             {"$SYS/#", "$SYS/x", true}, {"$SYS/#", "$SYS", true},
             {"$SYS/+", "$SYS/x", true}, {"a/+", "a/$x", true},
             {"a/#", "a/$x", true},      {"$sys/#", "$SYS/x", false},
         }) {
        CAPTURE(row.filter);
        CAPTURE(row.topic);
        CHECK(filter_matches(row.filter, row.topic) == row.matches);
        CHECK(Reference::matches(row.filter, row.topic) == row.matches);
    }
}

TEST_CASE("random filters and topics match as by the reference") {
    Random random(20231);
    size_t matched = 0;
    for (int round = 0; round < 120'000; ++round) {
        const std::string filter = random.filter();
        const std::string topic = random.topic();
        const bool expected = Reference::matches(filter, topic);
        matched += expected ? 1 : 0;
        if (filter_matches(filter, topic) != expected) {
            CAPTURE(filter);
            CAPTURE(topic);
            FAIL("differs from the reference");
        }
    }
    CHECK(matched > 10'000);
}

TEST_CASE("65,000 levels") {
    const std::string slashes(65'000, '/');
    Filter filter;
    CHECK(parse_filter(slashes, 0, filter));
    CHECK_FALSE(parse_filter(slashes, 128, filter));
    CHECK(filter_matches(slashes, slashes));
    CHECK(filter_matches(std::string(64'999, '/') + "#", slashes));
    CHECK_FALSE(filter_matches(slashes + "+/+", slashes));
}
