#include "stats/histogram.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("an observation falls into the first bucket whose bound it is not above") {
    Histogram histogram;
    histogram.observe(0);
    histogram.observe(10);
    histogram.observe(11, 3);
    histogram.observe(10'000'001);
    const HistogramTotals totals = histogram.totals();
    CHECK(totals.buckets[0] == 2);
    CHECK(totals.buckets[1] == 3);
    CHECK(totals.buckets.back() == 1);
    CHECK(totals.count() == 6);
    CHECK(totals.sum_us == 10'000'044);
}

TEST_CASE("totals of several add up, and of two moments give what was between") {
    Histogram left, right;
    left.observe(5);
    right.observe(5);
    right.observe(700);
    HistogramTotals both = left.totals();
    both.add(right.totals());
    CHECK(both.count() == 3);
    CHECK(both.sum_us == 710);
    left.observe(100'000, 4);
    const HistogramTotals later = left.totals().since(HistogramTotals{});
    CHECK(later.count() == 5);
    HistogramTotals between = left.totals();
    between.add(right.totals());
    between = between.since(both);
    CHECK(between.count() == 4);
    CHECK(between.sum_us == 400'000);
    CHECK(between.percentile(1) > 50'000);
}

TEST_CASE("a percentile lies in its bucket, and evenly in it") {
    CHECK(HistogramTotals{}.percentile(50) == 0);
    Histogram histogram;
    histogram.observe(150, 50);  // 100 … 200
    histogram.observe(800, 40);  // 500 … 1000
    histogram.observe(3000, 9);  // 2000 … 5000
    HistogramTotals totals = histogram.totals();
    CHECK(totals.percentile(0) == doctest::Approx(100));
    CHECK(totals.percentile(100) == doctest::Approx(5000));
    histogram.observe(20'000'000);  // above all bounds
    totals = histogram.totals();
    CHECK(totals.percentile(25) == doctest::Approx(150));
    CHECK(totals.percentile(50) == doctest::Approx(200));
    CHECK(totals.percentile(90) == doctest::Approx(1000));
    CHECK(totals.percentile(99) == doctest::Approx(5000));
    CHECK(totals.percentile(99.5) == doctest::Approx(10'000'000));
    CHECK(totals.percentile(100) == doctest::Approx(10'000'000));
}
