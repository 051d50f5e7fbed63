#include "ctl/printable.h"

#include <doctest/doctest.h>

#include <string>

using namespace grapnel::ctl;

TEST_CASE("printable leaves what can be read") {
    CHECK(printable("") == "");
    CHECK(printable("devices/7/temperature") == "devices/7/temperature");
    CHECK(printable("grüße 日本 🦎 \\") == "grüße 日本 🦎 \\");
}

TEST_CASE("printable writes controls of a terminal as text") {
    CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(printable("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
    CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\rd");
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(printable("\x7f") == "\\x7f");
    CHECK(printable("\u009b31m") == "\\x9b31m");
}

TEST_CASE("printable writes what hides or turns text") {
    CHECK(printable("a\u202eb") == "a\\u{202e}b");
    CHECK(printable("a\u200bb\u2066") == "a\\u{200b}b\\u{2066}");
    CHECK(printable("\ufeff") == "\\u{feff}");
    CHECK(printable("\U000E0041") == "\\u{e0041}");
    CHECK(printable("\u2028") == "\\u{2028}");
}

TEST_CASE("printable writes bytes that are no UTF-8") {
    CHECK(printable("a\xff") == "a\\xff");
    CHECK(printable("\xc3") == "\\xc3");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(printable("\x9b") == "\\x9b");
    CHECK(printable("\xe2\x82z") == "\\xe2\\x82z");
}

TEST_CASE("printable_json keeps the document") {
    CHECK(printable_json("{\"a\": \"b\",\n\t\"c\": \"ü\"}") == "{\"a\": \"b\",\n\t\"c\": \"ü\"}");
    CHECK(printable_json("\"\u009b\x7f\u202e\"") == "\"\\u009b\\u007f\\u202e\"");
    CHECK(printable_json("\"\U000E0041\"") == "\"\\udb40\\udc41\"");
}

TEST_CASE("is_utf8") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("grüße 🦎"));
    CHECK_FALSE(is_utf8("\xff"));
    CHECK_FALSE(is_utf8("a\xc3"));
}

TEST_CASE("columns_of counts columns of a terminal, not bytes") {
    CHECK(columns_of("") == 0);
    CHECK(columns_of("abc") == 3);
    CHECK(columns_of("grüße") == 5);
    CHECK(columns_of("日本") == 4);
    CHECK(columns_of("e\u0301") == 1);
}

TEST_CASE("cut keeps to the columns") {
    CHECK(cut("abc", 3) == "abc");
    CHECK(cut("abcd", 3) == "ab…");
    CHECK(cut("日本語", 6) == "日本語");
    CHECK(cut("日本語", 5) == "日本…");
    CHECK(cut("日本語", 4) == "日…");
}
