#include "admin/sorted_page.h"

#include <doctest/doctest.h>

#include <algorithm>
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
    seen.next = sorted.for_each([&](const std::string& text, int) { seen.texts.push_back(text); })
                    .value_or("-");
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

TEST_CASE("a page of long texts ends early, and the next one goes on behind it") {
    std::vector<std::string> texts;
    for (char c = 'a'; c <= 'z'; ++c) texts.push_back(c + std::string(60'000, 'x'));
    texts.emplace_back("c");
    std::vector<std::string> read;
    std::string after;
    size_t pages = 0;
    do {
        const Seen page = seen({100, after}, texts);
        size_t bytes = 0;
        for (const std::string& text : page.texts) bytes += text.size();
        CHECK(bytes <= SortedPage<int>::kBytesMost);
        read.insert(read.end(), page.texts.begin(), page.texts.end());
        after = page.next;
        REQUIRE(++pages < 30);
    } while (after != "-");
    std::sort(texts.begin(), texts.end());
    CHECK(read == texts);
}

TEST_CASE("what comes behind something that was left out is left out too") {
    const std::string large(700'000, 'b');
    const Seen page = seen({100, ""}, {"a", large, "b" + large, "c", "d"});
    CHECK(page.texts == std::vector<std::string>{"a"});
    CHECK(page.next == "a");
    CHECK(seen({100, ""}, {"d", "a", large, "b" + large, "c"}).texts ==
          std::vector<std::string>{"a"});
}
