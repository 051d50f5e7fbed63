#include "stats/delivery_times.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("what was written is observed once, each message by when it came") {
    DeliveryTimes times;
    Histogram latency;
    CHECK(times.empty());
    times.written(1'000, 3);
    times.written(1'000, 1);
    times.written(40, 1);
    CHECK_FALSE(times.empty());
    times.observe(1'015, latency);
    CHECK(times.empty());
    HistogramTotals totals = latency.totals();
    CHECK(totals.count() == 5);
    CHECK(totals.buckets[1] == 4);  // up to 20 µs
    CHECK(totals.sum_us == 4 * 15 + 975);
    times.observe(9'999, latency);
    CHECK(latency.totals().count() == 5);
}

TEST_CASE("a message of a later moment than now took no time") {
    DeliveryTimes times;
    Histogram latency;
    times.written(50, 1);
    times.observe(49, latency);
    CHECK(latency.totals().buckets[0] == 1);
    CHECK(latency.totals().sum_us == 0);
}
