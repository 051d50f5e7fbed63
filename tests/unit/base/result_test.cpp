#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace grapnel;

namespace {

Result<std::string> half(int number) {
    if (number % 2 != 0) return Error{"odd: " + std::to_string(number)};
    return std::to_string(number / 2);
}

}  // namespace

TEST_CASE("a value or an error") {
    auto good = half(4);
    REQUIRE(good);
    CHECK(good.value() == "2");
    good.value() += "x";
    CHECK(good.value() == "2x");
    const auto bad = half(5);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().text == "odd: 5");
}

TEST_CASE("values that only move") {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
    REQUIRE(result);
    const std::unique_ptr<int> taken = std::move(result.value());
    CHECK(*taken == 3);
}
