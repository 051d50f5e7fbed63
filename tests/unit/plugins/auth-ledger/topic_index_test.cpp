#include "topic_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

using grapnel::ledger::Filter;
using grapnel::ledger::Names;
using grapnel::ledger::TopicIndex;

namespace {

// Filters under the numbers of their order.
struct Indexed {
    explicit Indexed(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            filters.push_back(*Filter::parse(text, Filter::Placeholders::replaced));
            index.add(filters.back(), static_cast<std::uint32_t>(filters.size() - 1));
        }
    }

    std::vector<std::uint32_t> visited(const std::string& topic) const {
        std::vector<std::uint32_t> numbers;
        index.first_answer(topic, [&](std::uint32_t number) -> std::optional<bool> {
            numbers.push_back(number);
            return std::nullopt;
        });
        return numbers;
    }

    std::vector<Filter> filters;
    TopicIndex index;
};

using Numbers = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("only filters whose literal levels begin the topic are visited, in their order") {
    const Indexed indexed({"a/b/c", "#", "a/+/c", "x/#", "a/b/#", "+/b", "%c/x", "a"});
    CHECK(indexed.visited("a/b/c") == Numbers{0, 1, 2, 4, 5, 6, 7});
    CHECK(indexed.visited("a/b") == Numbers{1, 2, 4, 5, 6, 7});
    CHECK(indexed.visited("x") == Numbers{1, 3, 5, 6});
    CHECK(indexed.visited("ab/c") == Numbers{1, 5, 6});
    CHECK(indexed.visited("y/z") == Numbers{1, 5, 6});
}

TEST_CASE("an empty level is a level") {
    const Indexed indexed({"/a", "/#", "a//b", "a/+"});
    CHECK(indexed.visited("/a") == Numbers{0, 1});
    CHECK(indexed.visited("/") == Numbers{1});
    CHECK(indexed.visited("a//b") == Numbers{2, 3});
    CHECK(indexed.visited("a/b") == Numbers{3});
}

TEST_CASE("the first answer ends the visit") {
    const Indexed indexed({"#", "a/#", "#"});
    int visits = 0;
    const auto answer = indexed.index.first_answer("a", [&](std::uint32_t number) {
        ++visits;
        return number == 1 ? std::optional<bool>(true) : std::nullopt;
    });
    CHECK(answer == true);
    CHECK(visits == 2);
}

TEST_CASE("filters deeper than the index are found") {
    std::string deep = "0";
    for (int level = 1; level < 40; ++level) deep += "/" + std::to_string(level);
    const Indexed indexed({deep, deep + "/#", deep + "/x"});
    CHECK(indexed.visited(deep) == Numbers{0, 1, 2});
    CHECK(indexed.visited(deep.substr(0, 20)).empty());
}

TEST_CASE("no filter that matches is left out") {
    std::mt19937 random(7);
    const auto pick = [&](auto& from) { return from[random() % from.size()]; };
    const std::vector<std::string> levels{"a", "b", "", "$x"};
    const std::vector<std::string> filter_levels{"a", "b", "", "+", "$x"};
    const auto text = [&](const std::vector<std::string>& from, bool filter) {
        std::string joined = pick(from);
        for (auto more = random() % 4; more != 0; --more) joined += "/" + pick(from);
        if (filter && random() % 3 == 0) joined += "/#";
        return joined;
    };
    std::vector<std::string> texts;
    while (texts.size() < 200) {
        const std::string filter = text(filter_levels, true);
        if (Filter::parse(filter, Filter::Placeholders::replaced)) texts.push_back(filter);
    }
    const Indexed indexed(texts);
    for (int i = 0; i < 2'000; ++i) {
        const std::string topic = text(levels, false);
        const Numbers visited = indexed.visited(topic);
        CHECK(std::is_sorted(visited.begin(), visited.end()));
        for (std::uint32_t number = 0; number < texts.size(); ++number) {
            if (topic.empty() || !indexed.filters[number].matches(topic, Names{})) continue;
            CHECK_MESSAGE(std::find(visited.begin(), visited.end(), number) != visited.end(),
                          texts[number], " ", topic);
        }
    }
}
