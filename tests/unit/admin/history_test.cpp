#include "admin/history.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("the last samples, oldest first") {
    History history;
    CHECK(history.list() == "[]");
    history.add("1");
    history.add("2");
    CHECK(history.list() == "[1,2]");
    for (size_t i = 0; i < History::kSamplesMost; ++i) history.add("3");
    CHECK(history.list().size() == 2 * History::kSamplesMost + 1);
    CHECK(history.list().starts_with("[3,3,"));
}
