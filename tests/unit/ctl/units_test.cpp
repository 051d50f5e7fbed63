#include "ctl/units.h"

#include <doctest/doctest.h>

using namespace grapnel::ctl;

TEST_CASE("sizes") {
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(1023) == "1023 B");
    CHECK(size_text(1536) == "1.5 KiB");
    CHECK(size_text((1U << 20U) - 1) == "1.0 MiB");
    CHECK(size_text(UINT64_MAX) == "16384.0 PiB");
}

TEST_CASE("durations") {
    CHECK(duration_text(0) == "0 ms");
    CHECK(duration_text(999) == "999 ms");
    CHECK(duration_text(12'345) == "12 s");
    CHECK(duration_text(60'000) == "1 min");
    CHECK(duration_text(184'000) == "3 min 4 s");
    CHECK(duration_text(7'500'000) == "2 h 5 min");
    CHECK(duration_text(273'600'000) == "3 d 4 h");
}

TEST_CASE("short times") {
    CHECK(short_time_text(850) == "850 ns");
    CHECK(short_time_text(12'340) == "12.3 µs");
    CHECK(short_time_text(4'500'000) == "4.5 ms");
    CHECK(short_time_text(1'200'000'000) == "1.2 s");
    CHECK(short_time_text(75'000'000'000) == "75.0 s");
}

TEST_CASE("rates") {
    CHECK(rate_text(0) == "0");
    CHECK(rate_text(4.24) == "4.2");
    CHECK(rate_text(850.4) == "850");
    CHECK(rate_text(12'340) == "12.3 k");
    CHECK(rate_text(1'200'000) == "1.2 M");
}
