#include "hooks/restore_progress.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

std::string text(uint64_t records, uint64_t expected) {
    RestoreProgress progress(0);
    progress.begin("messages");
    progress.expect(expected);
    for (uint64_t i = 0; i < records; ++i) progress.count();
    return progress.text();
}

}  // namespace

TEST_CASE("progress is said in numbers that a person reads at a glance") {
    CHECK(text(0, 0) == "restored 0 records");
    CHECK(text(9'999, 12'345) == "restored 9999 of 12.3 k records");
    CHECK(text(1'200'000, 3'000'000) == "restored 1.2 M of 3.0 M records");
    CHECK(text(7, 0) == "restored 7 records");
}

TEST_CASE("every kind of record begins anew, also in what is expected") {
    RestoreProgress progress(0);
    progress.begin("clients");
    progress.expect(5);
    progress.count();
    progress.begin("retained");
    CHECK(progress.records() == 0);
    CHECK(progress.text() == "restored 0 records");
}
