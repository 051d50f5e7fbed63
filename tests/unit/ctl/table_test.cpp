#include "ctl/table.h"

#include <doctest/doctest.h>

using namespace grapnel::ctl;

TEST_CASE("a table has columns as wide as their widest cell") {
    Table table({"ID", ">SIZE", "NAME"});
    CHECK(table.empty());
    table.add({"a", "12", "x"});
    table.add({"日本", "5", ""});
    CHECK_FALSE(table.empty());
    CHECK(table.text({}) ==
          "ID    SIZE  NAME\n"
          "a       12  x\n"
          "日本     5  -\n");
}

TEST_CASE("a table without rows is its titles") { CHECK(Table({"A", ">B"}).text({}) == "A  B\n"); }

TEST_CASE("a cell stays one line and leaves the terminal alone") {
    Table table({"ID", "NEXT"});
    table.add({"a\n\x1b[2J", "b"});
    CHECK(table.text({}) ==
          "ID          NEXT\n"
          "a\\n\\x1b[2J  b\n");
}

TEST_CASE("long cells are cut where that is asked for") {
    Table table({"ID", "NEXT"});
    table.add({"abcdef", "b"});
    CHECK(table.text({false, 4}) ==
          "ID    NEXT\n"
          "abc…  b\n");
}

TEST_CASE("titles are bold where that is asked for") {
    Table table({"ID"});
    table.add({"a"});
    CHECK(table.text({true, 0}) == "\x1b[1mID\x1b[0m\na\n");
}

TEST_CASE("a sheet has its values below each other") {
    Sheet sheet;
    sheet.add("id", "a\x1b");
    sheet.add("username", "");
    CHECK(sheet.text() ==
          "id        a\\x1b\n"
          "username  -\n");
}
