#include "config/value.h"

#include <doctest/doctest.h>

#include <cstdint>

using namespace grapnel::config;

TEST_CASE("durations") {
    CHECK(parse_duration_us("500us") == 500);
    CHECK(parse_duration_us("500ms") == 500000);
    CHECK(parse_duration_us("1s") == 1000000);
    CHECK(parse_duration_us("2 m") == 120000000);
    CHECK(parse_duration_us("1h") == 3600000000);
    CHECK(parse_duration_us("1d") == 86400000000);
    CHECK(parse_duration_us("1w") == 604800000000);
    CHECK(parse_duration_us("0s") == 0);
}

TEST_CASE("durations that are none") {
    for (const char* text : {"", "s", "1", "-1s", "1.5s", "1 s ", " 1s", "1  s", "1S", "1sec",
                             "0x1s", "+1s", "1s1s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration_us(text));
    }
}

TEST_CASE("durations that do not fit") {
    CHECK(parse_duration_us("18446744073709551615us") == UINT64_MAX);
    CHECK_FALSE(parse_duration_us("18446744073709551616us"));
    CHECK_FALSE(parse_duration_us("18446744073709551615ms"));
    CHECK_FALSE(parse_duration_us("99999999999999999999999w"));
}

TEST_CASE("sizes") {
    CHECK(parse_size_bytes("512") == 512);
    CHECK(parse_size_bytes("512 B") == 512);
    CHECK(parse_size_bytes("64 KiB") == 65536);
    CHECK(parse_size_bytes("1MiB") == 1048576);
    CHECK(parse_size_bytes("2 GiB") == 2147483648);
    CHECK(parse_size_bytes("1 TiB") == 1099511627776);
    CHECK(parse_size_bytes("10 kB") == 10000);
    CHECK(parse_size_bytes("10 MB") == 10000000);
}

TEST_CASE("sizes that are none or do not fit") {
    for (const char* text : {"", " ", "MiB", "-1", "1 mib", "1 M", "1.5 MiB", "1 MiB ", "512 ",
                             "16777216 TiB", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_size_bytes(text));
    }
}

TEST_CASE("addresses") {
    CHECK(parse_address("127.0.0.1:1883")->host == "127.0.0.1");
    CHECK(parse_address("127.0.0.1:1883")->port == 1883);
    CHECK(parse_address("localhost:0")->port == 0);
    CHECK(parse_address("[::1]:65535")->host == "::1");
    CHECK(parse_address("[::1]:65535")->port == 65535);
    CHECK(parse_address("[fe80::1%eth0]:1")->host == "fe80::1%eth0");
}

TEST_CASE("addresses that are none") {
    for (const char* text : {"", ":", ":1883", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                             "127.0.0.1:-1", "127.0.0.1:1883x", "::1:1883", "[]:1", "[host]:1",
                             "[::1]", "[::1]1883", "a b:1", "/run/x:1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_address(text));
    }
}
