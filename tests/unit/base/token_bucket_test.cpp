#include "base/token_bucket.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

int taken(TokenBucket& bucket, uint32_t per_second, int tries, int64_t now_ms) {
    int count = 0;
    for (int i = 0; i < tries; ++i)
        if (bucket.take(per_second, now_ms)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a new bucket is full, and holds a second's worth") {
    TokenBucket bucket;
    CHECK(taken(bucket, 5, 10, 1000) == 5);
    CHECK(taken(bucket, 5, 10, 1000) == 0);
    CHECK(taken(bucket, 5, 10, 100'000) == 5);
}

TEST_CASE("it fills evenly") {
    TokenBucket bucket;
    taken(bucket, 5, 5, 1000);
    CHECK(taken(bucket, 5, 10, 1199) == 0);
    CHECK(taken(bucket, 5, 10, 1200) == 1);
    CHECK(taken(bucket, 5, 10, 1600) == 2);
}

TEST_CASE("what is refused costs nothing") {
    TokenBucket bucket;
    taken(bucket, 1, 1000, 1000);
    CHECK_FALSE(bucket.take(1, 1999));
    CHECK(bucket.take(1, 2000));
}

TEST_CASE("the largest rate does not overflow") {
    TokenBucket bucket;
    CHECK(taken(bucket, 1'000'000'000, 1000, 1000) == 1000);
}
