#include "match.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using grapnel::ledger::Filter;
using grapnel::ledger::Names;
using grapnel::ledger::without_share;

namespace {

const Names kNobody{};

Filter plain(std::string_view text) {
    auto filter = Filter::parse(text, Filter::Placeholders::literal);
    REQUIRE_MESSAGE(filter.has_value(), text);
    return *filter;
}

Filter named(std::string_view text) {
    auto filter = Filter::parse(text, Filter::Placeholders::replaced);
    REQUIRE_MESSAGE(filter.has_value(), text);
    return *filter;
}

bool matches(std::string_view filter, std::string_view topic) {
    return plain(filter).matches(topic, kNobody);
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> levels(1);
    for (const char character : text) {
        if (character == '/') {
            levels.emplace_back();
        } else {
            levels.back() += character;
        }
    }
    return levels;
}

// The standard's wording turned into a recursion, with no thought of speed.
bool reference_rest(const std::vector<std::string>& filter, std::size_t f,
                    const std::vector<std::string>& topic, std::size_t t) {
    if (f == filter.size()) return t == topic.size();
    if (filter[f] == "#") return true;
    if (t == topic.size()) return false;
    if (filter[f] != "+" && filter[f] != topic[t]) return false;
    return reference_rest(filter, f + 1, topic, t + 1);
}

bool reference(const std::string& filter, const std::string& topic) {
    const auto levels = split(filter);
    if (topic[0] == '$' && (levels[0] == "+" || levels[0] == "#")) return false;
    return reference_rest(levels, 0, split(topic), 0);
}

// Every text of up to `depth` levels out of these words, but for the empty one.
std::vector<std::string> all_texts(const std::vector<std::string>& words, int depth) {
    std::vector<std::string> out;
    std::vector<std::string> last = {""};
    for (int level = 0; level < depth; ++level) {
        std::vector<std::string> next;
        for (const std::string& head : last) {
            for (const std::string& word : words) {
                next.push_back(level == 0 ? word : head + "/" + word);
            }
        }
        for (const std::string& text : next) {
            if (!text.empty()) out.push_back(text);
        }
        last = next;
    }
    return out;
}

std::vector<std::string> all_filters() {
    std::vector<std::string> out;
    for (const std::string& text : all_texts({"a", "b", "$s", "", "+", "#"}, 3)) {
        const std::size_t hash = text.find('#');
        if (hash == std::string::npos || hash + 1 == text.size()) out.push_back(text);
    }
    return out;
}

// One level more than the filters have, and one word that none of them names.
std::vector<std::string> all_topics() { return all_texts({"a", "b", "c", "$s", ""}, 4); }

}  // namespace

TEST_CASE("a filter matches level by level") {
    CHECK(matches("a/#", "a"));
    CHECK(matches("a/#", "a/b/c"));
    CHECK_FALSE(matches("a/#", "ab"));
    CHECK_FALSE(matches("a", "a/b"));
    CHECK_FALSE(matches("allowed", "allowed/secret"));
    CHECK(matches("+/b", "a/b"));
    CHECK_FALSE(matches("+", "a/b"));
    CHECK(matches("+/+", "/"));
    CHECK(matches("#", "a/b"));
    CHECK_FALSE(matches("#", ""));
}

TEST_CASE("a wildcard in the first level leaves $ topics alone") {
    CHECK_FALSE(matches("#", "$SYS/broker"));
    CHECK_FALSE(matches("+/broker", "$SYS/broker"));
    CHECK(matches("$SYS/#", "$SYS/broker"));
    CHECK(matches("a/+", "a/$SYS"));
}

TEST_CASE("what is no filter is refused") {
    for (const char* text : {"", "a#", "#/a", "a+/b", "a/+b", "a/#/b", "++"}) {
        CHECK_FALSE_MESSAGE(Filter::parse(text, Filter::Placeholders::literal).has_value(), text);
    }
    CHECK_FALSE(Filter::parse(std::string_view("a\0b", 3), Filter::Placeholders::literal));
    CHECK_FALSE(Filter::parse(std::string(70'000, 'a'), Filter::Placeholders::literal));
}

TEST_CASE("matching agrees with the reference for every filter and topic of a small alphabet") {
    const auto topics = all_topics();
    std::size_t wrong = 0;
    for (const std::string& text : all_filters()) {
        const Filter filter = plain(text);
        for (const std::string& topic : topics) {
            if (filter.matches(topic, kNobody) != reference(text, topic)) {
                ++wrong;
                MESSAGE(text, " against ", topic);
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("covers and overlaps say of all topics what the reference says of each") {
    const auto topics = all_topics();
    const auto filters = all_filters();
    std::vector<std::vector<bool>> reach;
    for (const std::string& filter : filters) {
        reach.emplace_back();
        for (const std::string& topic : topics) reach.back().push_back(reference(filter, topic));
    }
    std::size_t wrong = 0;
    for (std::size_t left = 0; left < filters.size(); ++left) {
        const Filter rule = plain(filters[left]);
        for (std::size_t right = 0; right < filters.size(); ++right) {
            const Filter asked = plain(filters[right]);
            bool all = true;
            bool some = false;
            for (std::size_t topic = 0; topic < topics.size(); ++topic) {
                if (!reach[right][topic]) continue;
                all = all && reach[left][topic];
                some = some || reach[left][topic];
            }
            // `/#` includes the empty topic, which does not exist: there the answers err towards
            // refusing, everywhere else they are exact.
            const bool exact = filters[left] != "/#" && filters[right] != "/#";
            const bool covers = rule.covers(asked, kNobody);
            const bool overlaps = rule.overlaps(asked, kNobody);
            if ((covers && !all) || (some && !overlaps) ||
                (exact && (covers != all || overlaps != some))) {
                ++wrong;
                MESSAGE(filters[left], " and ", filters[right]);
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a placeholder stands for the name and nothing else") {
    const Names names{"melon", "c-1"};
    CHECK(named("home/%u/#").matches("home/melon/x", names));
    CHECK_FALSE(named("home/%u/#").matches("home/melons/x", names));
    CHECK(named("%u-%c").matches("melon-c-1", names));
    CHECK(named("dev/%c").covers(plain("dev/c-1"), names));
    CHECK_FALSE(named("dev/%c").covers(plain("dev/+"), names));
    CHECK(named("dev/%c").overlaps(plain("dev/+"), names));
    CHECK(plain("dev/%c").matches("dev/%c", names));
    // A name is not read for placeholders again.
    CHECK(named("%u").matches("%c", Names{"%c", "x"}));
}

TEST_CASE("a name that would change the filter is not usable") {
    for (const char* name : {"", "+", "#", "a/b", "a+", "x#"}) {
        CHECK_FALSE_MESSAGE(named("home/%u").usable(Names{name, "c"}), name);
        CHECK_FALSE_MESSAGE(named("home/%c").usable(Names{"u", name}), name);
        CHECK_MESSAGE(named("home/%c").usable(Names{name, "c"}), name);
    }
    CHECK_FALSE(named("%u/#").usable(Names{"$SYS", "c"}));
    CHECK(named("home/%u/#").usable(Names{"$SYS", "c"}));
    CHECK_FALSE(Filter::parse("$%u/#", Filter::Placeholders::replaced).has_value());
}

TEST_CASE("the widened form reaches all that any name could") {
    CHECK(named("home/%u/x").widened().text() == "home/#");
    CHECK(named("%c").widened().text() == "#");
    CHECK(plain("a/+").widened().text() == "a/+");
}

TEST_CASE("the share prefix is taken off, a malformed one is refused") {
    CHECK(without_share("$share/g/a/#") == "a/#");
    CHECK(without_share("$share/g//") == "/");
    CHECK(without_share("a/b") == "a/b");
    CHECK(without_share("$shared/x") == "$shared/x");
    for (const char* text :
         {"$share", "$share/", "$share/g", "$share/g/", "$share//a", "$share/+/a", "$share/#/a"}) {
        CHECK_FALSE_MESSAGE(without_share(text).has_value(), text);
    }
}

TEST_CASE("random bytes never do more than fail to parse") {
    std::mt19937 random(20261);
    const std::string alphabet = std::string("ab/+#$%uc\xc3\xa4", 11);
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        std::string topic;
        for (std::size_t left = random() % 12; left > 0; --left) {
            text += alphabet[random() % alphabet.size()];
            topic += alphabet[random() % alphabet.size()];
        }
        const auto filter = Filter::parse(text, Filter::Placeholders::replaced);
        if (!filter) continue;
        const Names names{"u", "c"};
        if (!filter->usable(names)) continue;
        static_cast<void>(filter->matches(topic, names));
        const auto asked = Filter::parse(topic, Filter::Placeholders::literal);
        if (!asked) continue;
        if (filter->covers(*asked, names)) CHECK(filter->overlaps(*asked, names));
    }
}
