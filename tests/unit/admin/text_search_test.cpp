#include "admin/text_search.h"

#include <doctest/doctest.h>
#include <chrono>

using namespace grapnel;

TEST_CASE("part of a text, in any case") {
    CHECK(TextSearch("s/r").found_in("Sensors/Room"));
    CHECK(TextSearch("").found_in("Sensors"));
    CHECK(TextSearch("").all());
    CHECK(TextSearch("SENSORS").found_in("sensors"));
    CHECK_FALSE(TextSearch("sensorss").found_in("sensors"));
    CHECK_FALSE(TextSearch("a{").found_in("a["));
    CHECK_FALSE(TextSearch("a").found_in(""));
    CHECK(TextSearch(std::string("\0b", 2)).found_in(std::string_view("a\0B", 3)));
}

TEST_CASE("a text made for it costs no more than another") {
    const std::string text(60'000, 'a');
    const TextSearch search(std::string(20'000, 'a') + "b");
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) CHECK_FALSE(search.found_in(text));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}
