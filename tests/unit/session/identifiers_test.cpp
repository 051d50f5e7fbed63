#include "session/identifiers.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace grapnel;

namespace {

using Numbers = std::vector<uint32_t>;

Numbers numbers(const Identifiers& identifiers) {
    return {identifiers.span().begin(), identifiers.span().end()};
}

}  // namespace

TEST_CASE("none, one and several identifiers") {
    CHECK(Identifiers().span().empty());
    CHECK(Identifiers(Numbers{}).span().empty());
    CHECK(numbers(Identifiers(Numbers{7})) == Numbers{7});
    CHECK(numbers(Identifiers(Numbers{268'435'455, 1, 1})) == Numbers{268'435'455, 1, 1});
}

TEST_CASE("identifiers are their own copy") {
    Numbers source{1, 2};
    const Identifiers identifiers(source);
    source[0] = 9;
    CHECK(numbers(identifiers) == Numbers{1, 2});
}

TEST_CASE("moving takes all along, whatever was there before") {
    const std::vector<Numbers> samples{{}, {5}, {1, 2, 3}};
    for (const Numbers& from : samples) {
        Identifiers source(from);
        const Identifiers moved(std::move(source));
        CHECK(numbers(moved) == from);
        for (const Numbers& to : samples) {
            Identifiers other(from);
            Identifiers target(to);
            target = std::move(other);
            CHECK(numbers(target) == from);
        }
    }
    Identifiers source(samples[2]);
    const Identifiers moved(std::move(source));
    source = Identifiers(samples[1]);
    CHECK(numbers(source) == samples[1]);
}
