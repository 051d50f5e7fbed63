#include "topics/subscriber_set.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <utility>

#include "topics/support.h"

using namespace grapnel;
using Change = SubscriberSet::Change;

namespace {

Subscriber make(Handle session, uint16_t worker, uint32_t identifier) {
    return {.session = session, .identifier = identifier, .worker = worker};
}

}  // namespace

TEST_CASE("one entry per key") {
    SubscriberSet set;
    CHECK(set.empty());
    CHECK(set.add(make(1, 0, 5)) == Change::added);
    CHECK(set.add(make(1, 0, 5)) == Change::none);
    CHECK(set.add(make(1, 0, 6)) == Change::replaced);
    CHECK(set.add(make(1, 1, 5)) == Change::added);
    CHECK(set.size() == 2);
    CHECK_FALSE(set.remove({1, 2}));
    CHECK(set.remove({1, 0}));
    CHECK_FALSE(set.remove({1, 0}));
    CHECK(set.remove({1, 1}));
    CHECK(set.empty());
}

TEST_CASE("a set behaves as a map does") {
    test::Random random(7);
    SubscriberSet set;
    std::map<std::pair<uint16_t, Handle>, uint32_t> expected;
    for (int round = 0; round < 40'000; ++round) {
        // Grows to hundreds, shrinks to none, again and again.
        const bool growing = round / 2'000 % 2 == 0;
        const auto session = static_cast<Handle>(1 + random.below(600));
        const auto worker = static_cast<uint16_t>(random.below(3));
        if (random.one_in(4) != growing) {
            const auto identifier = static_cast<uint32_t>(random.below(2));
            const auto found = expected.find({worker, session});
            const Change change = set.add(make(session, worker, identifier));
            if (found == expected.end()) {
                CHECK(change == Change::added);
            } else {
                CHECK(change == (found->second == identifier ? Change::none : Change::replaced));
            }
            expected[{worker, session}] = identifier;
        } else {
            CHECK(set.remove({session, worker}) == (expected.erase({worker, session}) == 1));
        }
        CHECK(set.size() == expected.size());
        if (round % 100 != 0) continue;
        std::map<std::pair<uint16_t, Handle>, uint32_t> found;
        set.for_each([&](const Subscriber& each) {
            CHECK(found.emplace(std::pair(each.worker, each.session), each.identifier).second);
        });
        CHECK(found == expected);
    }
}
