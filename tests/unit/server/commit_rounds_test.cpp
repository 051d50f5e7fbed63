#include "server/commit_rounds.h"

#include <doctest/doctest.h>

#include <cstdint>

using namespace grapnel;

namespace {

// All but the last of `workers` do it without effect.
bool all_closed(CommitRounds& rounds, uint32_t workers) {
    for (uint32_t worker = 1; worker < workers; ++worker) CHECK_FALSE(rounds.closed());
    return rounds.closed();
}

CommitRounds::Answered all_answered(CommitRounds& rounds, uint32_t workers, uint64_t number,
                                    uint32_t failed = 0) {
    for (uint32_t worker = 1; worker < workers; ++worker)
        CHECK_FALSE(rounds.answered(number, worker > failed).over);
    return rounds.answered(number, workers > failed);
}

}  // namespace

TEST_CASE("commits of one worker begin, are closed and are answered one after the other") {
    CommitRounds rounds(1);
    for (uint64_t number = 1; number <= 5; ++number) {
        CHECK(rounds.begin(number));
        CHECK_FALSE(rounds.begin(number));
        CHECK_FALSE(rounds.closed());
        const CommitRounds::Answered answer = rounds.answered(number, true);
        CHECK(answer.over);
        CHECK(answer.committed);
    }
}

TEST_CASE("one of three workers begins, and the last answer ends it") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.begin(1));
    CHECK_FALSE(all_closed(rounds, 3));
    const CommitRounds::Answered answer = all_answered(rounds, 3, 1);
    CHECK(answer.over);
    CHECK(answer.committed);
}

TEST_CASE("one worker that failed fails the commit of all, and that one only") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    CHECK_FALSE(all_closed(rounds, 3));
    const CommitRounds::Answered failed = all_answered(rounds, 3, 1, 1);
    CHECK(failed.over);
    CHECK_FALSE(failed.committed);
    CHECK(rounds.begin(2));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(all_answered(rounds, 3, 2).committed);
    CHECK(rounds.begin(3));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(all_answered(rounds, 3, 3).committed);
}

TEST_CASE("the next one begins when all closed the one before, though it is not answered") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.closed());
    CHECK_FALSE(rounds.begin(2));
    CHECK_FALSE(rounds.closed());
    CHECK_FALSE(rounds.begin(2));
    CHECK(rounds.closed());
    CHECK(rounds.begin(2));
}

TEST_CASE("two are before the stores at a time, and the end of the first lets a third begin") {
    CommitRounds rounds(1);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.closed());
    CHECK(rounds.begin(2));
    CHECK_FALSE(rounds.closed());
    CHECK_FALSE(rounds.begin(3));
    CHECK(rounds.answered(1, true).over);
    CHECK(rounds.begin(3));
    CHECK_FALSE(rounds.closed());
    CHECK_FALSE(rounds.begin(4));
}

TEST_CASE("answers come out of order") {
    CommitRounds rounds(3);
    CHECK(rounds.begin(1));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(rounds.begin(2));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(all_answered(rounds, 3, 2, 3).over);
    CHECK_FALSE(rounds.begin(3));
    const CommitRounds::Answered first = all_answered(rounds, 3, 1);
    CHECK(first.over);
    CHECK(first.committed);
    CHECK(rounds.begin(3));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(rounds.begin(4));
    CHECK_FALSE(all_closed(rounds, 3));
    CHECK(all_answered(rounds, 3, 3).committed);
    CHECK(all_answered(rounds, 3, 4).committed);
}

TEST_CASE("who came too early is told of by the last that closes, if it may begin then") {
    CommitRounds rounds(2);
    CHECK(rounds.begin(1));
    CHECK_FALSE(rounds.begin(2));
    CHECK_FALSE(rounds.closed());
    CHECK(rounds.closed());
    CHECK(rounds.begin(2));
    CHECK_FALSE(rounds.closed());
    CHECK_FALSE(rounds.begin(3));
    // Two are unanswered: the end of one of them wakes who wants to begin.
    CHECK_FALSE(rounds.closed());
    CHECK(all_answered(rounds, 2, 1).over);
    CHECK(rounds.begin(3));
}
