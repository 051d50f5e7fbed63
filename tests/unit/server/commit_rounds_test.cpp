#include "server/commit_rounds.h"

#include <doctest/doctest.h>

#include <cstdint>

using namespace grapnel;

namespace {

CommitRounds::Answered all_answered(CommitRounds& rounds, uint32_t workers, uint32_t failed = 0) {
    for (uint32_t worker = 1; worker < workers; ++worker)
        CHECK_FALSE(rounds.answered(worker > failed).over);
    return rounds.answered(workers > failed);
}

}  // namespace

TEST_CASE("commits of one worker begin and are answered one after the other") {
    CommitRounds rounds(1);
    for (uint64_t number = 1; number <= 5; ++number) {
        CHECK(rounds.begin(number));
        CHECK_FALSE(rounds.begin(number));
        const CommitRounds::Answered answer = rounds.answered(true);
        CHECK(answer.over);
        CHECK(answer.committed);
    }
}

TEST_CASE("one of three workers begins, and the last answer ends it") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.begin(1));
    const CommitRounds::Answered answer = all_answered(rounds, 3);
    CHECK(answer.over);
    CHECK(answer.committed);
}

TEST_CASE("one worker that failed fails the commit of all, and that one only") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    const CommitRounds::Answered failed = all_answered(rounds, 3, 1);
    CHECK(failed.over);
    CHECK_FALSE(failed.committed);
    CHECK(rounds.begin(2));
    CHECK(all_answered(rounds, 3).committed);
    CHECK(rounds.begin(3));
    CHECK_FALSE(all_answered(rounds, 3, 3).committed);
}

TEST_CASE("one is before the stores at a time, and its end lets the next begin") {
    CommitRounds rounds(2);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.begin(2));
    CHECK_FALSE(rounds.answered(true).over);
    CHECK_FALSE(rounds.begin(2));
    CHECK(rounds.answered(true).over);
    CHECK(rounds.begin(2));
}
