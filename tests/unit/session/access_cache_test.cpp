#include "session/access_cache.h"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace grapnel;
using Answer = AccessCache::Answer;

TEST_CASE("answers are kept for their epoch only") {
    AccessCache cache;
    CHECK(cache.find(7, 1) == Answer::unknown);
    cache.store(7, 1, true);
    cache.store(8, 1, false);
    CHECK(cache.find(7, 1) == Answer::allowed);
    CHECK(cache.find(8, 1) == Answer::denied);
    CHECK(cache.find(9, 1) == Answer::unknown);
    CHECK(cache.find(7, 2) == Answer::unknown);
    CHECK(cache.find(7, 1) == Answer::unknown);
    cache.store(7, 3, false);
    CHECK(cache.find(7, 3) == Answer::denied);
    CHECK(cache.find(8, 3) == Answer::unknown);
}

TEST_CASE("storing under a new epoch forgets the old one's answers") {
    AccessCache cache;
    cache.store(1, 1, true);
    cache.store(2, 2, true);
    CHECK(cache.find(1, 2) == Answer::unknown);
    CHECK(cache.find(2, 2) == Answer::allowed);
}

TEST_CASE("the key 0 is a key like others") {
    AccessCache cache;
    CHECK(cache.find(0, 0) == Answer::unknown);
    cache.store(8, 0, true);
    CHECK(cache.find(0, 0) == Answer::unknown);
    cache.store(0, 0, false);
    CHECK(cache.find(0, 0) == Answer::denied);
}

TEST_CASE("an answer may be forgotten, but is never another one's") {
    std::mt19937_64 random(5);
    AccessCache cache;
    std::map<uint64_t, bool> model;
    size_t known = 0;
    for (int round = 0; round < 50'000; ++round) {
        // Many keys of few low bits: they meet at the same places.
        const uint64_t key = (random() % 16 << 40) | random() % 256;
        const Answer answer = cache.find(key, 1);
        if (answer != Answer::unknown) {
            REQUIRE(model.contains(key));
            REQUIRE((answer == Answer::allowed) == model[key]);
            ++known;
        } else {
            model[key] = random() % 2 == 0;
            cache.store(key, 1, model[key]);
            REQUIRE(cache.find(key, 1) == (model[key] ? Answer::allowed : Answer::denied));
        }
    }
    CHECK(known > 1'000);
}

TEST_CASE("a few hundred answers of a client are all remembered") {
    AccessCache cache;
    for (uint64_t key = 0; key < 500; ++key) cache.store(key, 1, key % 3 == 0);
    size_t known = 0;
    for (uint64_t key = 0; key < 500; ++key) {
        const Answer answer = cache.find(key, 1);
        if (answer == Answer::unknown) continue;
        CHECK(answer == (key % 3 == 0 ? Answer::allowed : Answer::denied));
        ++known;
    }
    CHECK(known > 400);
}
