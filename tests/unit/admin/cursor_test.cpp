#include "admin/cursor.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("a text that a request can carry is a cursor itself") {
    for (const char* text : {"", "a/b", "\xc3\xa9", "a b&c=%+"}) {
        CHECK(is_cursor(text));
        CHECK(cursor_after(text) == text);
    }
    const std::string longest(512, 'x');
    CHECK(cursor_after(longest) == longest);
}

TEST_CASE("what no request can carry is followed by something near above it") {
    CHECK(cursor_after("a\nb") == "a\x0b");
    CHECK(cursor_after("\r") == "\x0e");
    const std::string large(513, 'x');
    CHECK_FALSE(is_cursor(large));
    CHECK(cursor_after(large) == std::string(512, 'x') + "\xf4\x8f\xbf\xbf");
    CHECK(cursor_after(large) > large);
    CHECK(cursor_after(large) < std::string(511, 'x') + "y");
    // A character is not cut.
    const std::string accents = std::string(511, 'x') + "\xc3\xa9\xc3\xa9";
    CHECK(cursor_after(accents) == std::string(511, 'x') + "\xf4\x8f\xbf\xbf");
}
