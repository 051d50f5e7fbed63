#include "admin/sorted_page.h"

#include <doctest/doctest.h>

#include <vector>

using namespace grapnel;

namespace {

struct Seen {
    std::vector<std::string> texts;
    std::string next;
};

Seen seen(Page page, const std::vector<std::string>& texts) {
    SortedPage<int> sorted(std::move(page));
    for (const std::string& text : texts)
        if (sorted.wants(text)) sorted.add(text, 0);
    Seen seen;
    const std::string* const next =
        sorted.for_each([&](const std::string& text, int) { seen.texts.push_back(text); });
    seen.next = next == nullptr ? "-" : *next;
    return seen;
}

}  // namespace

TEST_CASE("the first of what comes in any order, each once") {
    const Seen page = seen({2, ""}, {"c", "a", "d", "a", "b", "c"});
    CHECK(page.texts == std::vector<std::string>{"a", "b"});
    CHECK(page.next == "b");
}

TEST_CASE("what follows a text, to the end") {
    const Seen page = seen({2, "b"}, {"c", "a", "d", "a", "b", "c"});
    CHECK(page.texts == std::vector<std::string>{"c", "d"});
    CHECK(page.next == "-");
    CHECK(seen({2, "d"}, {"a", "d"}).texts.empty());
}
