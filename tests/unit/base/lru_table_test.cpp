#include "base/lru_table.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace grapnel;
using Table = LruTable<std::string, int, std::hash<std::string>>;

TEST_CASE("a full table forgets what was not touched for longest") {
    Table table(2);
    table.touch("a") = 1;
    table.touch("b") = 2;
    CHECK(table.touch("a") == 1);
    CHECK(table.touch("c") == 0);
    CHECK(table.size() == 2);
    CHECK(table.find("b") == nullptr);
    REQUIRE(table.find("a") != nullptr);
    CHECK(*table.find("a") == 1);
}

TEST_CASE("to find is not to touch") {
    Table table(2);
    table.touch("a");
    table.touch("b");
    CHECK(table.find("a") != nullptr);
    table.touch("c");
    CHECK(table.find("a") == nullptr);
}

TEST_CASE("what is erased is gone, and makes room") {
    Table table(2);
    table.touch("a");
    table.touch("b");
    table.erase("a");
    table.erase("absent");
    table.touch("c");
    CHECK(table.find("a") == nullptr);
    CHECK(table.find("b") != nullptr);
    table.clear();
    CHECK(table.size() == 0);
    CHECK(table.find("b") == nullptr);
}
