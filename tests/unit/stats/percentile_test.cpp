#include "stats/percentile.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("percentiles of a histogram") {
    constexpr std::array<uint64_t, 2> kBounds = {10, 100};
    const auto at = [&](std::array<uint64_t, 3> buckets, double percent) {
        return percentile(kBounds, buckets, 500, percent);
    };
    CHECK(at({0, 0, 0}, 50) == 0);
    CHECK(at({10, 0, 0}, 50) == 5);
    CHECK(at({10, 0, 0}, 100) == 10);
    CHECK(at({0, 10, 0}, 50) == 55);
    CHECK(at({50, 50, 0}, 50) == 10);
    CHECK(at({50, 50, 0}, 75) == 55);
    CHECK(at({99, 0, 1}, 99) == doctest::Approx(10));
    CHECK(at({0, 0, 4}, 50) == 300);
}
