#include "topics/index.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "topics/route_cache.h"
#include "topics/support.h"

using namespace grapnel;
using test::parse;
using test::Random;
using test::Reference;

namespace {

constexpr uint16_t kWorkers = 3;

Ref<const Route> match(const Index& index, Bytes topic) {
    uint64_t generation = 0;
    return index.match(topic, generation);
}

// Sessions of all targets.
std::set<Handle> receivers(const Index& index, Bytes topic) {
    std::set<Handle> sessions;
    const Ref<const Route> route = match(index, topic);
    for (const Target& target : route->all) CHECK(sessions.insert(target.session).second);
    return sessions;
}

SharedMember member_of(SubscriberKey subscriber, bool online = true) {
    SharedMember member;
    member.subscriber = subscriber;
    member.client_id = "client" + std::to_string(subscriber.session);
    member.presence = Ref<Presence>::adopt(new Presence());
    member.presence->set_online(online);
    return member;
}

using Sessions = std::set<Handle>;

}  // namespace

TEST_CASE("subscribe, replace, unsubscribe") {
    Index index(kWorkers);
    const SubscriberKey one{1, 0};
    CHECK(index.subscribe(parse("a/b"), one, {.qos = 1}));
    CHECK(index.subscribe(parse("a/+"), one, {}));
    CHECK_FALSE(index.subscribe(parse("a/b"), one, {.qos = 2}));
    CHECK(index.size() == 2);
    CHECK(match(index, "a/b")->targets(0)[0].qos == 2);
    CHECK_FALSE(index.unsubscribe(parse("a/b"), {2, 0}));
    CHECK_FALSE(index.unsubscribe(parse("a/c"), one));
    CHECK_FALSE(index.unsubscribe(parse("#"), one));
    CHECK(index.unsubscribe(parse("a/b"), one));
    CHECK_FALSE(index.unsubscribe(parse("a/b"), one));
    CHECK(receivers(index, "a/b") == Sessions{1});
    CHECK(index.unsubscribe(parse("a/+"), one));
    CHECK(match(index, "a/b")->empty());
    CHECK(index.size() == 0);
}

TEST_CASE("leading wildcards do not see topics of $, shared or not") {
    Index index(kWorkers);
    index.subscribe(parse("#"), {1, 0}, {});
    index.subscribe(parse("+/x"), {2, 0}, {});
    index.subscribe(parse("$SYS/#"), {3, 0}, {});
    index.subscribe_shared(parse("$share/g/#"), member_of({4, 0}));
    index.subscribe_shared(parse("$share/g/+/x"), member_of({5, 0}));
    CHECK(receivers(index, "$SYS/x") == Sessions{3});
    CHECK(receivers(index, "$foo/x") == Sessions{});
    CHECK(match(index, "$SYS/x")->groups.empty());
    CHECK(receivers(index, "s/x") == Sessions{1, 2});
    CHECK(match(index, "s/x")->groups.size() == 2);
    index.subscribe_shared(parse("$share/g/$SYS/x"), member_of({6, 0}));
    CHECK(match(index, "$SYS/x")->groups.size() == 1);
}

TEST_CASE("a group is found by its whole text and lives while it has members") {
    Index index(kWorkers);
    const Filter g = parse("$share/g/a/+");
    const Filter h = parse("$share/h/a/+");
    CHECK(index.subscribe_shared(g, member_of({1, 0})));
    CHECK(index.subscribe_shared(g, member_of({2, 1})));
    CHECK_FALSE(index.subscribe_shared(g, member_of({2, 1})));
    CHECK(index.subscribe_shared(h, member_of({2, 1})));
    CHECK(index.size() == 3);
    CHECK(index.group("$share/g/a/+")->members()->size() == 2);
    CHECK_FALSE(index.group("$share/x/a/+"));
    CHECK_FALSE(index.group("a/+"));

    const Ref<const Route> route = match(index, "a/x");
    REQUIRE(route->groups.size() == 2);
    CHECK(route->groups[0]->text() == "$share/g/a/+");
    CHECK(route->groups[1]->text() == "$share/h/a/+");
    CHECK(route->all.empty());
    CHECK_FALSE(route->empty());

    CHECK_FALSE(index.unsubscribe(parse("a/+"), {1, 0}));
    CHECK(index.unsubscribe(g, {1, 0}));
    CHECK_FALSE(index.unsubscribe(g, {1, 0}));
    CHECK(index.unsubscribe(g, {2, 1}));
    CHECK_FALSE(index.group("$share/g/a/+"));
    CHECK(match(index, "a/x")->groups.size() == 1);
    CHECK(index.unsubscribe(h, {2, 1}));
    CHECK(match(index, "a/x")->empty());
    CHECK(index.size() == 0);

    SharedMember picked;
    CHECK_FALSE(route->groups[0]->pick(picked));
}

TEST_CASE("the generation grows with what changes answers, and touched() knows with what") {
    Index index(kWorkers);
    uint64_t now = 0;
    const uint64_t start = index.generation();
    index.subscribe(parse("a/+"), {1, 0}, {.qos = 1});
    const uint64_t subscribed = index.generation();
    CHECK(subscribed > start);
    CHECK(index.touched("a/x", start, now));
    CHECK(now == subscribed);
    CHECK_FALSE(index.touched("b", start, now));
    CHECK_FALSE(index.touched("a/x", subscribed, now));

    index.subscribe(parse("a/+"), {1, 0}, {.qos = 1});
    index.unsubscribe(parse("a/+"), {2, 0});
    CHECK(index.generation() == subscribed);
    index.subscribe(parse("a/+"), {1, 0}, {.qos = 2});
    CHECK(index.touched("a/x", subscribed, now));

    const uint64_t replaced = index.generation();
    index.subscribe_shared(parse("$share/g/b"), member_of({3, 0}));
    CHECK(index.touched("b", replaced, now));
    const uint64_t grouped = index.generation();
    index.subscribe_shared(parse("$share/g/b"), member_of({4, 0}));
    CHECK(index.generation() == grouped);
    index.unsubscribe(parse("$share/g/b"), {3, 0});
    CHECK(index.generation() == grouped);
    index.unsubscribe(parse("$share/g/b"), {4, 0});
    CHECK(index.touched("b", grouped, now));
}

TEST_CASE("random subscriptions are matched as by the reference") {
    Random random(99);
    for (int round = 0; round < 10; ++round) {
        Index index(kWorkers);
        std::map<std::string, Sessions> expected;
        for (int change = 0; change < 400; ++change) {
            const std::string text = random.filter();
            const SubscriberKey key{1 + random.below(20), 0};
            if (random.one_in(3)) {
                CHECK(index.unsubscribe(parse(text), key) ==
                      (expected[text].erase(key.session) == 1));
            } else {
                CHECK(index.subscribe(parse(text), key, {}) ==
                      expected[text].insert(key.session).second);
            }
        }
        for (int asked = 0; asked < 200; ++asked) {
            const std::string topic = random.topic();
            Sessions sessions;
            for (const auto& [text, subscribers] : expected)
                if (Reference::matches(text, topic))
                    sessions.insert(subscribers.begin(), subscribers.end());
            CAPTURE(topic);
            CHECK(receivers(index, topic) == sessions);
        }
        for (const auto& [text, subscribers] : expected)
            for (const Handle session : subscribers)
                CHECK(index.unsubscribe(parse(text), {session, 0}));
        CHECK(index.size() == 0);
        CHECK(receivers(index, "a").empty());
    }
}

TEST_CASE("random shared subscriptions are matched as by the reference") {
    Random random(101);
    Index index(kWorkers);
    std::set<std::string> expected;
    for (int change = 0; change < 600; ++change) {
        const std::string text = random.filter();
        const std::string shared = "$share/g/" + text;
        if (random.one_in(3)) {
            CHECK(index.unsubscribe(parse(shared), {1, 0}) == (expected.erase(text) == 1));
        } else {
            CHECK(index.subscribe_shared(parse(shared), member_of({1, 0})) ==
                  expected.insert(text).second);
        }
    }
    for (int asked = 0; asked < 1'000; ++asked) {
        const std::string topic = random.topic();
        std::set<std::string> matching;
        for (const std::string& text : expected)
            if (Reference::matches(text, topic)) matching.insert("$share/g/" + text);
        std::set<std::string> found;
        const Ref<const Route> route = match(index, topic);
        for (const auto& group : route->groups)
            CHECK(found.insert(std::string(group->text())).second);
        CAPTURE(topic);
        CHECK(found == matching);
    }
}

TEST_CASE("65,000 levels in filter and topic") {
    Index index(kWorkers);
    const std::string slashes(65'000, '/');
    const std::string one_short(64'999, '/');
    index.subscribe(parse(slashes), {1, 0}, {});
    index.subscribe(parse(one_short + "#"), {2, 0}, {});
    index.subscribe(parse(one_short + "+/x"), {3, 0}, {});
    CHECK(receivers(index, slashes) == Sessions{1, 2});
    CHECK(receivers(index, one_short) == Sessions{2});
    CHECK(receivers(index, slashes + "x") == Sessions{2, 3});
    CHECK(index.unsubscribe(parse(one_short + "#"), {2, 0}));
    CHECK(index.unsubscribe(parse(one_short + "+/x"), {3, 0}));
    CHECK(receivers(index, slashes) == Sessions{1});
}

// Written for the race detector; what it checks besides is that a subscription is effective for
// everybody once made.
TEST_CASE("readers and writers at once") {
    Index index(kWorkers);
    std::atomic<bool> stop{false};
    std::atomic<size_t> missed{0};
    std::vector<std::thread> readers;
    for (uint16_t worker = 0; worker < 2; ++worker) {
        readers.emplace_back([&, worker] {
            RouteCache cache(index, 40);
            Random random(worker);
            while (!stop.load(std::memory_order_relaxed)) {
                const std::string topic = random.topic();
                size_t seen = cache.find(topic).all.size();
                for (const auto& group : cache.share(topic)->groups) {
                    SharedMember member;
                    seen += group->pick(member, {2, 0}) ? 1 : 0;
                }
                if (seen > 10'000) missed.fetch_add(1);
            }
        });
    }
    std::vector<std::thread> writers;
    for (uint16_t worker = 0; worker < 2; ++worker) {
        writers.emplace_back([&, worker] {
            RouteCache cache(index, 1'000);
            Random random(worker + 100u);
            for (int round = 0; round < 3'000; ++round) {
                const SubscriberKey key{1 + random.below(3), worker};
                const std::string text = random.filter();
                const std::string shared = "$share/g/" + text;
                const std::string own = "own/" + std::to_string(worker);
                Filter plain_filter;
                Filter shared_filter;
                Filter own_filter;
                if (!parse_filter(text, 0, plain_filter)) std::abort();
                if (!parse_filter(shared, 0, shared_filter)) std::abort();
                if (!parse_filter(own, 0, own_filter)) std::abort();
                const SubscriberKey fresh{1'000u + static_cast<Handle>(round), worker};
                index.subscribe(own_filter, fresh, {});
                bool effective = false;
                for (const Target& target : cache.find(own).targets(worker))
                    effective |= target.session == fresh.session;
                index.unsubscribe(own_filter, fresh);
                for (const Target& target : cache.find(own).targets(worker))
                    effective &= target.session != fresh.session;
                if (!effective) missed.fetch_add(1);
                if (random.one_in(2)) {
                    index.subscribe(plain_filter, key, {});
                    index.subscribe_shared(shared_filter, member_of(key));
                } else {
                    index.unsubscribe(plain_filter, key);
                    index.unsubscribe(shared_filter, key);
                }
            }
        });
    }
    for (std::thread& thread : writers) thread.join();
    stop = true;
    for (std::thread& thread : readers) thread.join();
    CHECK(missed == 0);
}

TEST_CASE("a walk in slices comes to every filter, with how many want it") {
    Random random(11);
    Index index(2);
    std::map<std::string, size_t> wanted;
    for (Handle session = 1; session < 400; ++session) {
        std::string text = random.filter();
        if (random.one_in(3))
            text = "$share/" + std::string(random.one_in(2) ? "g" : "h") + "/" + text;
        Filter filter;
        REQUIRE(parse_filter(text, 0, filter));
        const SubscriberKey key{session, static_cast<uint16_t>(session % 2)};
        const bool is_new = filter.shared ? index.subscribe_shared(filter, member_of(key))
                                          : index.subscribe(filter, key, {});
        if (is_new) ++wanted[text];
    }
    for (const size_t slice : {1U, 7U, 100'000U}) {
        std::map<std::string, size_t> found;
        IndexScan at;
        while (!at.ended())
            index.scan(at, slice, [&](Bytes text, Bytes group, size_t subscribers) {
                CHECK(found.emplace(text, subscribers).second);
                if (group.empty())
                    CHECK_FALSE(text.starts_with("$share/"));
                else
                    CHECK(text.starts_with("$share/" + std::string(group) + "/"));
            });
        CHECK(found == wanted);
        CHECK_FALSE(at.disturbed());
    }
}
