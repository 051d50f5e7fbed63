#include "session/aliases.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace grapnel;

TEST_CASE("an inbound alias stands for the last topic it was set to") {
    Aliases aliases(10, 0);
    CHECK(aliases.topic_of(1).empty());
    CHECK(aliases.set(3, "a/b"));
    CHECK(aliases.topic_of(3) == "a/b");
    CHECK(aliases.topic_of(2).empty());
    CHECK(aliases.topic_of(4).empty());
    CHECK(aliases.set(3, "c"));
    CHECK(aliases.topic_of(3) == "c");
    CHECK(aliases.topic_of(0).empty());
    CHECK(aliases.topic_of(65'535).empty());
}

TEST_CASE("an inbound alias is 1 up to the announced maximum") {
    Aliases aliases(10, 0);
    CHECK_FALSE(aliases.set(0, "a"));
    CHECK(aliases.set(1, "a"));
    CHECK(aliases.set(10, "b"));
    CHECK_FALSE(aliases.set(11, "c"));
    CHECK_FALSE(Aliases(0, 10).set(1, "a"));
    Aliases widest(65'535, 0);
    CHECK(widest.set(65'535, "z"));
    CHECK(widest.topic_of(65'535) == "z");
}

TEST_CASE("an outbound alias is fresh once") {
    Aliases aliases(0, 2);
    CHECK(aliases.outbound());
    bool fresh = false;
    CHECK(aliases.use("a", fresh) == 1);
    CHECK(fresh);
    CHECK(aliases.use("a", fresh) == 1);
    CHECK_FALSE(fresh);
    CHECK(aliases.use("b", fresh) == 2);
    CHECK(fresh);
    CHECK(aliases.use("c", fresh) == 0);
    CHECK_FALSE(fresh);
    CHECK(aliases.use("b", fresh) == 2);
    CHECK_FALSE(fresh);
}

TEST_CASE("a client without outbound aliases gets none") {
    Aliases aliases(10, 0);
    CHECK_FALSE(aliases.outbound());
    bool fresh = true;
    CHECK(aliases.use("a", fresh) == 0);
    CHECK_FALSE(fresh);
}

TEST_CASE("what is remembered for one client ends somewhere, each alias is another topic") {
    Aliases aliases(0, 65'535);
    std::set<uint16_t> seen;
    for (int topic = 0; topic < 1'000; ++topic) {
        bool fresh = false;
        const uint16_t alias = aliases.use(std::to_string(topic), fresh);
        CHECK(fresh == (alias != 0));
        if (alias != 0) CHECK(seen.insert(alias).second);
    }
    CHECK(seen.size() >= 16);
    CHECK(seen.size() <= 64);
}

TEST_CASE("long topics are remembered up to a bound, shorter ones in their place again") {
    const std::string longest(65'535, 'x');
    Aliases aliases(1'000, 1'000);
    uint16_t alias = 1;
    while (aliases.set(alias, longest)) ++alias;
    CHECK(alias == 17);  // 1 MiB
    CHECK(aliases.topic_of(alias).empty());
    CHECK(aliases.topic_of(16) == longest);
    CHECK(aliases.set(16, "short"));
    CHECK(aliases.set(alias, longest));
    bool fresh = false;
    CHECK(aliases.use(longest, fresh) == 1);
    CHECK(aliases.use("of 64 KiB nothing is left", fresh) == 0);
    CHECK(aliases.use(longest, fresh) == 1);
}

TEST_CASE("the two directions know nothing of each other") {
    Aliases aliases(5, 5);
    bool fresh = false;
    aliases.use("out", fresh);
    CHECK(aliases.topic_of(1).empty());
    CHECK(aliases.set(1, "in"));
    CHECK(aliases.use("in", fresh) == 2);
    CHECK(fresh);
}
