#include "session/registry.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>

using namespace grapnel;

namespace {

std::unique_ptr<Session> make_session(Bytes client_id) {
    auto session = std::make_unique<Session>([](Timer&) {});
    session->info.id.assign(client_id);
    return session;
}

}  // namespace

TEST_CASE("an empty registry finds nothing") {
    Registry registry;
    CHECK(registry.size() == 0);
    CHECK(registry.find("a") == nullptr);
    registry.for_each([](Session&) { FAIL("nobody is here"); });
}

TEST_CASE("a session is found by its client id until it is taken out") {
    Registry registry;
    registry.insert(make_session("a"));
    registry.insert(make_session(Bytes("a\0b", 3)));
    Session* first = registry.find("a");
    REQUIRE(first != nullptr);
    CHECK(first->info.id.bytes() == "a");
    CHECK(registry.find(Bytes("a\0b", 3)) != first);
    CHECK(registry.find("b") == nullptr);
    const auto taken = registry.remove(*first);
    CHECK(taken.get() == first);
    CHECK(registry.find("a") == nullptr);
    CHECK(registry.find(Bytes("a\0b", 3)) != nullptr);
    CHECK(registry.size() == 1);
}

// The table is at most half full and never shrinks: a few ids that come and go among many make long
// runs, which every removal has to close.
TEST_CASE("a registry behaves as a map does") {
    std::mt19937 random(17);
    Registry registry;
    std::map<std::string, Session*> model;
    for (int round = 0; round < 40'000; ++round) {
        // Up to the edge of growing, and down again.
        const size_t names = round % 4'000 < 3'000 ? 620 : 64;
        const std::string name = "client-" + std::to_string(random() % names);
        const auto found = model.find(name);
        REQUIRE(registry.find(name) == (found == model.end() ? nullptr : found->second));
        if (found == model.end()) {
            auto session = make_session(name);
            model[name] = session.get();
            registry.insert(std::move(session));
        } else if (random() % 3 != 0) {
            REQUIRE(registry.remove(*found->second).get() == found->second);
            model.erase(found);
        }
        REQUIRE(registry.size() == model.size());
        if (round % 100 != 0) continue;
        std::set<Session*> seen;
        registry.for_each([&](Session& session) { seen.insert(&session); });
        REQUIRE(seen.size() == model.size());
        for (const auto& [id, session] : model) {
            REQUIRE(seen.contains(session));
            REQUIRE(registry.find(id) == session);
        }
    }
}
