#include "session/inflight.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "topics/support.h"

using namespace grapnel;
using State = Inflight::State;

namespace {

Delivery delivery(uint64_t key) {
    Delivery made;
    made.message = test::make_message("t", "p", key);
    made.order = key;
    made.qos = 1;
    return made;
}

// The same with a map for what is in flight and a list for the order of sending.
struct Model {
    std::map<uint16_t, uint64_t> keys;
    std::vector<uint16_t> order;

    void put(uint16_t packet_id, uint64_t key) {
        keys[packet_id] = key;
        order.push_back(packet_id);
    }
    void drop(uint16_t packet_id) {
        keys.erase(packet_id);
        std::erase(order, packet_id);
    }
};

std::vector<uint16_t> order_of(const Inflight& inflight) {
    std::vector<uint16_t> order;
    for (uint16_t id = inflight.first(); id != 0; id = inflight.next(id)) order.push_back(id);
    return order;
}

}  // namespace

TEST_CASE("an entry is found by its packet id until it is removed") {
    Inflight inflight;
    CHECK(inflight.empty());
    CHECK(inflight.first() == 0);
    CHECK(inflight.find(0) == nullptr);
    CHECK(inflight.find(1) == nullptr);
    const uint16_t id = inflight.add(delivery(77), 1234);
    CHECK(id == 1);
    auto* entry = inflight.find(id);
    REQUIRE(entry != nullptr);
    CHECK(entry->key == 77);
    CHECK(entry->sent_ms == 1234);
    CHECK(entry->state == State::publish);
    CHECK_FALSE(entry->counted);
    CHECK(inflight.find(2) == nullptr);
    const Delivery removed = inflight.remove(id);
    CHECK(removed.message->key() == 77);
    CHECK(inflight.empty());
    CHECK(inflight.find(id) == nullptr);
}

TEST_CASE("a removed entry holds nothing of its message") {
    Inflight inflight;
    Delivery made = delivery(1);
    made.group = Ref<SharedGroup>::adopt(new SharedGroup("$share/g/t"));
    const uint16_t id = inflight.add(std::move(made), 0);
    inflight.find(id)->counted = true;
    inflight.remove(id);
    const uint16_t again = inflight.add(delivery(2), 0);
    CHECK(again == id);
    CHECK_FALSE(inflight.find(again)->counted);
    CHECK_FALSE(inflight.find(again)->delivery.group);
}

TEST_CASE("free packet ids are used again, the longest free first") {
    Inflight inflight;
    for (uint64_t key = 1; key <= 4; ++key) inflight.add(delivery(key), 0);
    inflight.remove(3);
    inflight.remove(1);
    CHECK(inflight.add(delivery(5), 0) == 3);
    CHECK(inflight.add(delivery(6), 0) == 1);
    CHECK(inflight.add(delivery(7), 0) == 5);
    CHECK(order_of(inflight) == std::vector<uint16_t>{2, 4, 3, 1, 5});
}

TEST_CASE("all 65,535 packet ids, and none behind them") {
    Inflight inflight;
    for (uint32_t id = 1; id <= 65'535; ++id)
        if (inflight.add(delivery(id), 0) != id) FAIL("not in order at ", id);
    CHECK(inflight.size() == 65'535);
    CHECK(inflight.add(delivery(1), 0) == 0);
    CHECK(inflight.size() == 65'535);
    CHECK(inflight.find(65'535)->key == 65'535);
    inflight.remove(40'000);
    CHECK(inflight.add(delivery(9), 0) == 40'000);
    CHECK(inflight.add(delivery(9), 0) == 0);
}

TEST_CASE("a restored entry keeps its id, state and place") {
    Inflight inflight;
    CHECK_FALSE(inflight.restore(0, delivery(1), State::publish, 0, 1));
    CHECK(inflight.restore(9, {}, State::pubrel, 55, 123));
    CHECK(inflight.restore(2, delivery(7), State::publish, 56, 7));
    CHECK_FALSE(inflight.restore(9, delivery(1), State::publish, 0, 1));
    CHECK(inflight.size() == 2);
    CHECK(inflight.find(9)->state == State::pubrel);
    CHECK(inflight.find(9)->key == 123);
    CHECK(inflight.find(9)->sent_ms == 55);
    CHECK_FALSE(inflight.find(9)->delivery.message);
    CHECK(order_of(inflight) == std::vector<uint16_t>{9, 2});
    for (const int id : {1, 3, 4, 5, 6, 7, 8, 10}) CHECK(inflight.add(delivery(1), 0) == id);
    CHECK(inflight.restore(65'535, delivery(1), State::publish, 0, 1));
    CHECK(inflight.size() == 11);
}

TEST_CASE("restoring takes an id from anywhere among the free ones and loses none of the others") {
    for (const uint16_t middle : std::vector<uint16_t>{1, 3, 5}) {
        Inflight inflight;
        REQUIRE(inflight.restore(6, {}, State::pubrel, 0, 1));
        REQUIRE(inflight.restore(middle, {}, State::pubrel, 0, 2));
        inflight.remove(6);
        for (const int id : {1, 2, 3, 4, 5, 6})
            if (id != middle) CHECK(inflight.add(delivery(1), 0) == id);
        CHECK(inflight.add(delivery(1), 0) == 7);
    }
}

TEST_CASE("restoring costs the same in whichever order the ids come") {
    for (const uint32_t start : {1u, 30'000u, 65'535u}) {
        Inflight inflight;
        uint32_t id = start;
        for (int i = 0; i < 65'535; ++i, id = id == 1 ? 65'535 : id - 1)
            if (!inflight.restore(static_cast<uint16_t>(id), {}, State::pubrel, 0, id))
                FAIL("not restored: ", id);
        CHECK(inflight.size() == 65'535);
        CHECK(inflight.first() == start);
        CHECK(inflight.add(delivery(1), 0) == 0);
    }
}

TEST_CASE("inflight behaves as a map and a list do") {
    std::mt19937 random(41);
    Inflight inflight;
    Model model;
    for (uint64_t key = 1; key <= 20'000; ++key) {
        const bool growing = key / 500 % 2 == 0;
        if (random() % 4 == 0) {
            const auto id = static_cast<uint16_t>(random() % 400);
            const bool restored = inflight.restore(id, delivery(key), State::publish, 0, key);
            REQUIRE(restored == (id != 0 && !model.keys.contains(id)));
            if (restored) model.put(id, key);
        } else if (growing || model.order.empty()) {
            const uint16_t id = inflight.add(delivery(key), 0);
            REQUIRE(id != 0);
            REQUIRE_FALSE(model.keys.contains(id));
            model.put(id, key);
        } else {
            const uint16_t id = model.order[random() % model.order.size()];
            REQUIRE(inflight.remove(id).order == model.keys.at(id));
            model.drop(id);
        }
        REQUIRE(inflight.size() == model.keys.size());
        REQUIRE(order_of(inflight) == model.order);
        const auto probe = static_cast<uint16_t>(random() % 500);
        const auto* entry = inflight.find(probe);
        REQUIRE((entry != nullptr) == model.keys.contains(probe));
        if (entry != nullptr) REQUIRE(entry->key == model.keys.at(probe));
    }
}

TEST_CASE("what was restored in any order is sent in the order of its deliveries") {
    Inflight inflight;
    const uint64_t orders[] = {30, 10, 40, 10, 20};
    uint16_t packet_id = 1;
    for (const uint64_t order : orders)
        REQUIRE(inflight.restore(packet_id++, delivery(order), State::publish, 0, order));
    CHECK(inflight.last() == 5);
    inflight.sort();
    CHECK(order_of(inflight) == std::vector<uint16_t>{2, 4, 5, 1, 3});
    CHECK(inflight.last() == 3);
    CHECK(inflight.size() == 5);
    CHECK(inflight.remove(5).order == 20);
    CHECK(inflight.add(delivery(50), 0) == 5);
    CHECK(order_of(inflight) == std::vector<uint16_t>{2, 4, 1, 3, 5});
}
