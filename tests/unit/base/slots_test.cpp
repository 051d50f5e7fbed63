#include "base/slots.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace grapnel;

TEST_CASE("a handle finds its object until that is erased") {
    Slots<std::string> slots;
    const Handle a = slots.insert("a");
    const Handle b = slots.insert("b");
    CHECK(a != 0);
    CHECK(a != b);
    CHECK(*slots.find(a) == "a");
    CHECK(slots.size() == 2);
    slots.erase(a);
    CHECK(slots.find(a) == nullptr);
    CHECK(slots.size() == 1);
    slots.erase(a);
    CHECK(slots.size() == 1);
    const Handle c = slots.insert("c");
    CHECK(slots.find(a) == nullptr);
    CHECK(*slots.find(c) == "c");
    CHECK(*slots.find(b) == "b");
}

TEST_CASE("nothing is found by what is no handle") {
    Slots<int> slots;
    CHECK(slots.find(0) == nullptr);
    CHECK(slots.find(1) == nullptr);
    const Handle handle = slots.insert(5);
    CHECK(slots.find(0) == nullptr);
    CHECK(slots.find(handle + 1) == nullptr);
    CHECK(slots.find(handle + (Handle{1} << 32)) == nullptr);
    CHECK(slots.find(~Handle{0}) == nullptr);
    slots.erase(~Handle{0});
    CHECK(slots.size() == 1);
}

TEST_CASE("erasing lets go of the object at once") {
    Slots<std::shared_ptr<int>> slots;
    const auto shared = std::make_shared<int>(1);
    const Handle handle = slots.insert(shared);
    CHECK(shared.use_count() == 2);
    slots.erase(handle);
    CHECK(shared.use_count() == 1);
}

TEST_CASE("slots behave as a map does, and no handle comes twice") {
    std::mt19937 random(17);
    Slots<int> slots;
    std::map<Handle, int> expected;
    std::vector<Handle> stale;
    for (int round = 0; round < 20'000; ++round) {
        if (expected.empty() || random() % 2 == 0) {
            const Handle handle = slots.insert(round);
            CHECK(expected.emplace(handle, round).second);
        } else {
            auto found = expected.lower_bound(random());
            if (found == expected.end()) found = expected.begin();
            stale.push_back(found->first);
            slots.erase(found->first);
            expected.erase(found);
        }
    }
    for (const Handle handle : stale) CHECK(slots.find(handle) == nullptr);
    std::map<Handle, int> seen;
    slots.for_each([&](Handle handle, int& value) { seen.emplace(handle, value); });
    CHECK(seen == expected);
    CHECK(slots.size() == expected.size());
}

TEST_CASE("what stays is found at its place, however much comes and goes between the steps") {
    Slots<int> slots;
    std::vector<Handle> passing;
    for (int i = 0; i < 100; ++i) {
        slots.insert(i);
        passing.push_back(slots.insert(-1));
    }
    std::vector<int> seen;
    size_t place = 0;
    do {
        place = slots.scan(place, 7, [&](Handle, int& value) {
            if (value >= 0) seen.push_back(value);
        });
        slots.erase(passing.back());
        passing.pop_back();
        for (int i = 0; i < 3; ++i) slots.insert(-1);
    } while (place != 0 && !passing.empty());
    CHECK(place == 0);
    std::vector<int> all(100);
    std::iota(all.begin(), all.end(), 0);
    CHECK(seen == all);
    CHECK(Slots<int>().scan(0, 7, [](Handle, int&) {}) == 0);
}
