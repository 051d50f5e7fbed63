#include "topics/route_builder.h"

#include <doctest/doctest.h>

#include <vector>

using namespace grapnel;

namespace {

using Identifiers = std::vector<uint32_t>;

Identifiers identifiers_of(const Route& route, const Target& target) {
    const auto span = route.identifiers_of(target);
    return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("nobody") {
    const Ref<const Route> route = build_route({}, {}, 3);
    CHECK(route->empty());
    for (uint16_t worker = 0; worker < 5; ++worker) CHECK(route->targets(worker).empty());
}

TEST_CASE("targets are grouped by worker") {
    std::vector<Subscriber> subscribers;
    for (Handle session = 1; session <= 9; ++session)
        subscribers.push_back({.session = session, .worker = static_cast<uint16_t>(session % 4)});
    const Ref<const Route> route = build_route(subscribers, {}, 5);
    CHECK(route->all.size() == 9);
    size_t seen = 0;
    for (uint16_t worker = 0; worker < 4; ++worker) {
        for (const Target& target : route->targets(worker)) {
            CHECK(target.session % 4 == worker);
            ++seen;
        }
    }
    CHECK(seen == 9);
    CHECK(route->targets(4).empty());
}

TEST_CASE("overlapping subscriptions become one target") {
    std::vector<Subscriber> subscribers = {
        {.session = 5, .identifier = 9, .qos = 1},
        {.session = 5, .identifier = 2, .qos = 2, .retain_as_published = true},
        {.session = 5, .identifier = 9, .qos = 0},
        {.session = 5, .identifier = 0, .qos = 0},
        {.session = 5, .identifier = 3, .worker = 1, .qos = 1},
    };
    const Ref<const Route> route = build_route(subscribers, {}, 2);
    REQUIRE(route->targets(0).size() == 1);
    const Target& target = route->targets(0)[0];
    CHECK(target.qos == 2);
    CHECK(target.retain_as_published);
    CHECK(identifiers_of(*route, target) == Identifiers{2, 9});
    CHECK(target.own == Target::kNoLocalNone);
    REQUIRE(route->targets(1).size() == 1);
    CHECK(identifiers_of(*route, route->targets(1)[0]) == Identifiers{3});
    CHECK_FALSE(route->targets(1)[0].retain_as_published);
}

TEST_CASE("No Local counts per subscription") {
    std::vector<Subscriber> subscribers = {
        {.session = 1, .identifier = 4, .qos = 2, .no_local = true, .retain_as_published = true},
        {.session = 1, .identifier = 7, .qos = 1},
        {.session = 2, .identifier = 4, .qos = 2, .no_local = true},
        {.session = 2, .identifier = 5, .qos = 1, .no_local = true},
        {.session = 3, .identifier = 6, .qos = 1},
    };
    const Ref<const Route> route = build_route(subscribers, {}, 1);
    const auto targets = route->targets(0);
    REQUIRE(targets.size() == 3);

    CHECK(targets[0].qos == 2);
    CHECK(targets[0].retain_as_published);
    CHECK(identifiers_of(*route, targets[0]) == Identifiers{4, 7});
    REQUIRE(targets[0].own < route->own.size());
    const Target& own = route->own[targets[0].own];
    CHECK(own.session == 1);
    CHECK(own.qos == 1);
    CHECK_FALSE(own.retain_as_published);
    CHECK(identifiers_of(*route, own) == Identifiers{7});

    CHECK(targets[1].own == Target::kNoLocalAll);
    CHECK(identifiers_of(*route, targets[1]) == Identifiers{4, 5});
    CHECK(targets[2].own == Target::kNoLocalNone);
}
