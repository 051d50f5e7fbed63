#include "topics/change_log.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("only changes after the asked generation count") {
    ChangeLog log;
    log.add(2, "a/+");
    log.add(3, "b");
    CHECK(log.touched("a/x", 1, 3));
    CHECK_FALSE(log.touched("a/x", 2, 3));
    CHECK(log.touched("b", 2, 3));
    CHECK_FALSE(log.touched("b", 3, 3));
    CHECK_FALSE(log.touched("c", 1, 3));
}

TEST_CASE("what is too long ago may have touched everything") {
    ChangeLog log;
    for (uint64_t generation = 2; generation <= 400; ++generation) log.add(generation, "x");
    CHECK(log.touched("c", 1, 400));
    CHECK(log.touched("c", 143, 400));
    CHECK_FALSE(log.touched("c", 144, 400));
    CHECK(log.touched("x", 144, 400));
}
