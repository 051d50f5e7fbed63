#include "session/received_ids.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <vector>

using namespace grapnel;

namespace {

// The same with a set of what is open and a queue of what was released.
struct Model {
    std::set<uint16_t> open;
    std::deque<uint16_t> released;

    bool insert(uint16_t packet_id) { return open.insert(packet_id).second; }
    bool release(uint16_t packet_id) {
        if (open.erase(packet_id) == 0) return false;
        released.push_back(packet_id);
        if (released.size() > ReceivedIds::kReleasedRemembered) released.pop_front();
        return true;
    }
    bool was_released(uint16_t packet_id) const {
        return packet_id != 0 && std::count(released.begin(), released.end(), packet_id) != 0;
    }
    void begin(uint16_t packet_id) {
        std::replace(released.begin(), released.end(), packet_id, uint16_t{0});
    }
};

void check_same(const ReceivedIds& ids, const Model& model, uint16_t packet_id) {
    REQUIRE(ids.size() == model.open.size());
    REQUIRE(ids.contains(packet_id) == model.open.contains(packet_id));
    REQUIRE(ids.was_released(packet_id) == model.was_released(packet_id));
}

// `most` is the number of open ids around which it goes up and down.
void wander(uint16_t id_most, size_t most, uint32_t steps, uint32_t seed) {
    std::mt19937 random(seed);
    ReceivedIds ids;
    Model model;
    for (uint32_t step = 0; step < steps; ++step) {
        const auto packet_id = static_cast<uint16_t>(1 + random() % id_most);
        const auto other = static_cast<uint16_t>(1 + random() % id_most);
        const bool opens = model.open.size() < most ? random() % 3 != 0 : random() % 3 == 0;
        if (opens) {
            if (random() % 2 == 0) ids.begin(packet_id), model.begin(packet_id);
            REQUIRE(ids.insert(packet_id) == model.insert(packet_id));
        } else {
            const auto some = model.open.lower_bound(packet_id);
            const uint16_t leaving = some == model.open.end() ? packet_id : *some;
            REQUIRE(ids.release(leaving) == model.release(leaving));
            check_same(ids, model, leaving);
        }
        check_same(ids, model, packet_id);
        check_same(ids, model, other);
    }
}

}  // namespace

TEST_CASE("an id is open from its insertion to its release") {
    ReceivedIds ids;
    CHECK(ids.size() == 0);
    CHECK_FALSE(ids.contains(7));
    CHECK_FALSE(ids.release(7));
    CHECK_FALSE(ids.was_released(7));
    CHECK(ids.insert(7));
    CHECK_FALSE(ids.insert(7));
    CHECK(ids.size() == 1);
    CHECK(ids.contains(7));
    CHECK_FALSE(ids.was_released(7));
    CHECK(ids.release(7));
    CHECK(ids.size() == 0);
    CHECK_FALSE(ids.contains(7));
    CHECK(ids.was_released(7));
    CHECK_FALSE(ids.release(7));
    CHECK(ids.was_released(7));
}

TEST_CASE("the last 32 released ids are remembered until they begin anew") {
    ReceivedIds ids;
    for (uint16_t id = 1; id <= 33; ++id) {
        ids.insert(id);
        ids.release(id);
    }
    CHECK_FALSE(ids.was_released(1));
    for (uint16_t id = 2; id <= 33; ++id) CHECK(ids.was_released(id));
    ids.begin(20);
    CHECK_FALSE(ids.was_released(20));
    CHECK(ids.was_released(21));
    CHECK_FALSE(ids.contains(20));
}

TEST_CASE("any number of ids, in any order") {
    for (const uint32_t count : {1u, 63u, 64u, 65u, 66u, 1000u, 65'535u}) {
        CAPTURE(count);
        std::vector<uint16_t> order(count);
        for (uint32_t i = 0; i < count; ++i) order[i] = static_cast<uint16_t>(65'535 - i);
        std::mt19937 random(count);
        ReceivedIds ids;
        for (int round = 0; round < 2; ++round) {
            uint32_t fresh = 0;
            for (const uint16_t id : order) fresh += ids.insert(id);
            CHECK(fresh == count);
            CHECK(ids.size() == count);
            uint32_t held = 0;
            for (uint32_t id = 1; id <= 65'535; ++id)
                held += ids.contains(static_cast<uint16_t>(id));
            CHECK(held == count);
            std::shuffle(order.begin(), order.end(), random);
            uint32_t released = 0;
            for (const uint16_t id : order) released += ids.release(id);
            CHECK(released == count);
            CHECK(ids.size() == 0);
            CHECK(ids.was_released(order.back()));
        }
    }
}

TEST_CASE("behaves like a set around every size at which it changes its shape") {
    wander(65'535, 8, 20'000, 1);
    wander(200, 64, 50'000, 2);
    wander(65'535, 65, 50'000, 3);
    wander(65'535, 3'000, 50'000, 4);
    wander(2, 1, 5'000, 5);
}

TEST_CASE("sessions without QoS 2 pay for a pointer") {
    CHECK(sizeof(ReceivedIds) == sizeof(void*));
}
