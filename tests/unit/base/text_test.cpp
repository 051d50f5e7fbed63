#include "base/text.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace grapnel;

TEST_CASE("null, empty and text are three things") {
    const Text null;
    const Text empty{Bytes("")};
    const Text text{Bytes("a\0b", 3)};
    CHECK(null.null());
    CHECK(null.bytes().empty());
    CHECK_FALSE(empty.null());
    CHECK(empty.bytes().empty());
    CHECK_FALSE(text.null());
    CHECK(text.bytes() == Bytes("a\0b", 3));
    CHECK(sizeof(Text) == sizeof(void*));
}

TEST_CASE("a copy is its own, a move takes over") {
    Text first{Bytes("first")};
    Text copy = first;
    CHECK(copy.bytes() == "first");
    CHECK(copy.bytes().data() != first.bytes().data());
    first.assign("other");
    CHECK(copy.bytes() == "first");
    Text moved = std::move(first);
    CHECK(moved.bytes() == "other");
    copy = moved;
    CHECK(copy.bytes() == "other");
    copy = Text();
    CHECK(copy.null());
    const Text null_copy = copy;
    CHECK(null_copy.null());
}

TEST_CASE("a text may be assigned a part of itself") {
    Text text{Bytes("abcdef")};
    text.assign(text.bytes().substr(2, 3));
    CHECK(text.bytes() == "cde");
}

TEST_CASE("the longest text") {
    const std::string longest(65'535, 'x');
    CHECK(Text(longest).bytes() == longest);
}
