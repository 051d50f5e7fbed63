#include "hooks/commit_trouble.h"

#include <doctest/doctest.h>

using namespace grapnel;
using Say = CommitTrouble::Say;

TEST_CASE("trouble is told when it begins, each minute, and when it is over") {
    CommitTrouble trouble;
    CHECK(trouble.succeeded(1, 0).say == Say::nothing);
    CHECK(trouble.failed(2, 1000).say == Say::begins);
    CHECK(trouble.failed(2, 1001).say == Say::nothing);  // on another loop
    for (uint64_t second = 1; second < 60; ++second)
        CHECK(trouble.failed(2 + second, 1000 + static_cast<int64_t>(second) * 1000).say ==
              Say::nothing);
    const CommitTrouble::Report later = trouble.failed(62, 61'000);
    CHECK(later.say == Say::goes_on);
    CHECK(later.commits == 61);
    CHECK(later.for_ms == 60'000);
    CHECK(trouble.failed(62, 61'001).say == Say::nothing);
    const CommitTrouble::Report over = trouble.succeeded(63, 62'000);
    CHECK(over.say == Say::over);
    CHECK(over.commits == 61);
    CHECK(over.for_ms == 61'000);
    CHECK(trouble.succeeded(63, 62'000).say == Say::nothing);
    CHECK(trouble.failed(64, 62'001).say == Say::begins);
}

TEST_CASE("a commit that failed on one loop has failed, whatever the others say") {
    CommitTrouble trouble;
    CHECK(trouble.failed(5, 0).say == Say::begins);
    CHECK(trouble.succeeded(5, 1).say == Say::nothing);
    CHECK(trouble.succeeded(4, 1).say == Say::nothing);
    CHECK(trouble.failed(5, 1).say == Say::nothing);
    CHECK(trouble.succeeded(6, 2).say == Say::over);
}
