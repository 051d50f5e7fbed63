#include "base/ring.h"

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <random>

using namespace grapnel;

TEST_CASE("a ring behaves as a deque does") {
    std::mt19937 random(23);
    Ring<int> ring;
    std::deque<int> expected;
    for (int round = 0; round < 20'000; ++round) {
        const bool growing = round / 1'000 % 2 == 0;
        if (growing == (random() % 4 != 0)) {
            ring.push_back(round);
            expected.push_back(round);
        } else if (!expected.empty()) {
            CHECK(ring.pop_front() == expected.front());
            expected.pop_front();
        }
        REQUIRE(ring.size() == expected.size());
        CHECK(ring.empty() == expected.empty());
        if (expected.empty()) continue;
        CHECK(ring.front() == expected.front());
        const size_t index = random() % expected.size();
        CHECK(ring[index] == expected[index]);
    }
}

TEST_CASE("what leaves a ring is let go of at once") {
    const auto shared = std::make_shared<int>(1);
    Ring<std::shared_ptr<int>> ring;
    ring.push_back(shared);
    ring.push_back(shared);
    CHECK(shared.use_count() == 3);
    ring.pop_front();
    CHECK(shared.use_count() == 2);
    ring.clear();
    CHECK(shared.use_count() == 1);
    CHECK(ring.empty());
    ring.push_back(shared);
    CHECK(ring.size() == 1);
}
