#include "topics/route_cache.h"

#include <doctest/doctest.h>

#include "topics/support.h"

using namespace grapnel;
using test::parse;

TEST_CASE("a route is kept until a change concerns it") {
    Index index(1);
    index.subscribe(parse("a"), {1, 0}, {});
    RouteCache cache(index, 10);
    const Route* route = &cache.find("a");
    const Ref<const Route> held = cache.share("a");
    CHECK(route->all.size() == 1);
    CHECK(held.get() == route);
    index.subscribe(parse("b/#"), {2, 0}, {});
    CHECK(&cache.find("a") == route);
    index.subscribe(parse("+"), {2, 0}, {});
    CHECK(cache.find("a").all.size() == 2);
    CHECK(held->all.size() == 1);
    index.unsubscribe(parse("+"), {2, 0});
    CHECK(cache.find("a").all.size() == 1);
}

TEST_CASE("changes that are too many to know are matched anew") {
    Index index(1);
    index.subscribe(parse("a"), {1, 0}, {});
    RouteCache cache(index, 10);
    CHECK(cache.find("a").all.size() == 1);
    index.subscribe(parse("#"), {2, 0}, {});
    for (Handle session = 1; session <= 1'000; ++session)
        index.subscribe(parse("other"), {session, 0}, {});
    CHECK(cache.find("a").all.size() == 2);
}

TEST_CASE("answers stay right when there are more topics than places") {
    Index index(1);
    index.subscribe(parse("t/+"), {1, 0}, {});
    index.subscribe(parse("t/7"), {2, 0}, {});
    for (const size_t entries_max : {0u, 1u, 3u}) {
        RouteCache cache(index, entries_max);
        for (int round = 0; round < 3; ++round)
            for (int topic = 0; topic < 10; ++topic)
                CHECK(cache.find("t/" + std::to_string(topic)).all.size() ==
                      (topic == 7 ? 2u : 1u));
        CHECK(cache.find("u").empty());
    }
}

TEST_CASE("topics without receivers share one route") {
    Index index(1);
    RouteCache cache(index, 10);
    CHECK(&cache.find("a") == &cache.find("b"));
}

TEST_CASE("long topics and many receivers fill the cache sooner") {
    Index index(1);
    index.subscribe(parse("+"), {1, 0}, {});
    RouteCache cache(index, 10);
    const Ref<const Route> first = cache.share("a");
    for (const char name : {'b', 'c', 'd'})
        CHECK(cache.find(std::string(RouteCache::kEntryBytesMean, name)).all.size() == 1);
    CHECK(cache.share("a").get() == first.get());
    CHECK(cache.find(std::string(10 * RouteCache::kEntryBytesMean, 'e')).all.size() == 1);
    CHECK(cache.find("f").all.size() == 1);
    CHECK(cache.share("a").get() != first.get());
}
