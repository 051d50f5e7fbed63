#include "session/subscriptions.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using namespace grapnel;

TEST_CASE("a session without subscriptions has one pointer for them") {
    static_assert(sizeof(Subscriptions) == sizeof(void*));
    Subscriptions none;
    CHECK(none.empty());
    CHECK_FALSE(none.contains("a"));
    none.erase("a");
    none.clear();
    none.for_each([](const Subscriptions::Entry&) { FAIL("there is none"); });
}

TEST_CASE("setting a filter again replaces its options") {
    Subscriptions held;
    held.set("a/#", {.identifier = 1, .qos = 2});
    held.set("a/#", {.identifier = 7, .qos = 0});
    CHECK(held.size() == 1);
    held.for_each([](const Subscriptions::Entry& entry) {
        CHECK(entry.filter.bytes() == "a/#");
        CHECK(entry.options.identifier == 7);
        CHECK(entry.options.qos == 0);
    });
    held.erase("a/#");
    CHECK(held.empty());
}

TEST_CASE("subscriptions behave as a map does") {
    std::mt19937 random(29);
    Subscriptions held;
    std::map<std::string, uint32_t> model;
    for (uint32_t step = 0; step < 20'000; ++step) {
        const std::string filter = "f/" + std::to_string(random() % 300);
        if (random() % 3 != 0) {
            held.set(filter, {.identifier = step});
            model[filter] = step;
        } else {
            held.erase(filter);
            model.erase(filter);
        }
        REQUIRE(held.size() == model.size());
        REQUIRE(held.contains(filter) == model.contains(filter));
    }
    std::map<std::string, uint32_t> found;
    held.for_each([&](const Subscriptions::Entry& entry) {
        found[std::string(entry.filter.bytes())] = entry.options.identifier;
    });
    CHECK(found == model);
    held.clear();
    CHECK(held.empty());
}
