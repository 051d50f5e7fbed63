#include "server/outgoing.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("the time a message has left is told in whole seconds, rounded up and never 0") {
    constexpr int64_t kNow_ms = 1'700'000'000'000;
    CHECK(remaining_expiry_s(kNow_ms + 1, kNow_ms) == 1);
    CHECK(remaining_expiry_s(kNow_ms + 1'000, kNow_ms) == 1);
    CHECK(remaining_expiry_s(kNow_ms + 1'001, kNow_ms) == 2);
    CHECK(remaining_expiry_s(kNow_ms + 60'000, kNow_ms) == 60);
    CHECK(remaining_expiry_s(kNow_ms, kNow_ms) == 1);
    CHECK(remaining_expiry_s(kNow_ms - 5'000, kNow_ms) == 1);
    CHECK(remaining_expiry_s(kNow_ms + 4'294'967'295'000, kNow_ms) == 4'294'967'295u);
}
