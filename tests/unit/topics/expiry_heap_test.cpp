#include "topics/expiry_heap.h"

#include <doctest/doctest.h>

#include <set>
#include <utility>
#include <vector>

#include "topics/support.h"

using namespace grapnel;

namespace {

struct Item {
    int64_t expires_ms = 0;
    uint32_t expiry_place = 0xffffffff;
};

}  // namespace

TEST_CASE("the soonest is on top, whatever was added and removed") {
    test::Random random(3);
    std::vector<Item> items(300);
    ExpiryHeap<Item> heap;
    std::multiset<int64_t> expected;
    for (int round = 0; round < 20'000; ++round) {
        Item& item = items[random.below(items.size())];
        if (item.expiry_place == ExpiryHeap<Item>::kNowhere) {
            item.expires_ms = static_cast<int64_t>(random.below(1'000));
            heap.add(&item, item.expires_ms);
            expected.insert(item.expires_ms);
        } else {
            heap.remove(&item);
            expected.erase(expected.find(item.expires_ms));
        }
        REQUIRE(heap.size() == expected.size());
        if (!expected.empty()) REQUIRE(heap.soonest_ms() == *expected.begin());
    }
    while (!heap.empty()) {
        CHECK(heap.soonest()->expires_ms == *expected.begin());
        expected.erase(expected.begin());
        heap.remove(heap.soonest());
    }
    heap.remove(&items[0]);
    CHECK(expected.empty());
}
