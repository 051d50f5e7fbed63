#include "base/clock.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("a clock stands still until it is refreshed") {
    Clock clock;
    CHECK(clock.monotonic_ms == 0);
    CHECK(clock.wall_ms == 0);
    clock.refresh();
    const int64_t in_2020_ms = 1'577'836'800'000;
    CHECK(clock.wall_ms > in_2020_ms);
    const int64_t first_ms = clock.monotonic_ms;
    for (int round = 0; round < 1'000; ++round) {
        clock.refresh();
        CHECK(clock.monotonic_ms >= first_ms);
        CHECK(static_cast<int64_t>(clock.monotonic_us / 1'000) == clock.monotonic_ms);
    }
}
