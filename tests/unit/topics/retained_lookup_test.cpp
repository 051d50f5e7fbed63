#include "topics/retained_lookup.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "topics/retained.h"
#include "topics/support.h"

using namespace grapnel;
using test::make_message;
using test::Random;

namespace {

using Found = std::map<std::string, int>;  // topic: how often

void add(Found& found, const std::vector<Ref<Message>>& messages) {
    for (const auto& message : messages) ++found[std::string(message->topic())];
}

RetainedLookup from_now(const Retained& retained, const std::string& filter) {
    return {retained, filter, retained.changes()};
}

// How many nodes there are that a filter could lead to: 0 when nothing is kept, not for a lookup
// either.
size_t nodes(const Retained& retained) {
    RetainedLookup lookup = from_now(retained, "#");
    size_t looked_at = 0;
    while (!lookup.ended()) retained.match(lookup, 0, SIZE_MAX, looked_at);
    return looked_at;
}

}  // namespace

TEST_CASE("slices together find what one look does, each message once") {
    Random random(11);
    Retained retained;
    for (uint64_t i = 1; i < 400; ++i)
        retained.set(make_message(random.topic(), "x", i, random.one_in(5) ? 500 : 0), 0);
    for (int round = 0; round < 300; ++round) {
        const std::string filter = random.filter();
        Found wanted;
        Found found;
        add(wanted, retained.match(filter, 1000));
        const size_t slice = 1 + random.below(60);
        RetainedLookup lookup = from_now(retained, filter);
        while (!lookup.ended()) {
            size_t looked_at = 0;
            add(found, retained.match(lookup, 1000, slice, looked_at));
            CHECK(looked_at < slice + 9);
        }
        CAPTURE(filter);
        CHECK(found == wanted);
    }
}

TEST_CASE("what stays is found once, and nothing that was set later, whatever comes and goes") {
    Random random(12);
    for (int round = 0; round < 400; ++round) {
        Retained retained;
        uint64_t key = 0;
        const auto set = [&](const std::string& topic, Bytes payload) {
            retained.set(make_message(topic, payload, ++key), 0);
        };
        for (size_t count = random.below(60); count != 0; --count) set(random.topic(), "old");
        const std::string filter = random.filter();
        Found wanted;
        add(wanted, retained.match(filter, 0));
        Found found;
        RetainedLookup lookup = from_now(retained, filter);
        std::set<std::string> touched;
        while (!lookup.ended()) {
            size_t looked_at = 0;
            const auto slice = retained.match(lookup, 0, 1 + random.below(30), looked_at);
            for (const auto& message : slice) CHECK(message->payload() == "old");
            add(found, slice);
            for (size_t changes = random.below(6); changes != 0; --changes) {
                const std::string topic = random.topic();
                touched.insert(topic);
                set(topic, random.one_in(2) ? "" : "new");
            }
            if (random.one_in(3)) {
                RetainedLookup moved = std::move(lookup);
                CHECK(lookup.ended());
                lookup = std::move(moved);
            }
        }
        CAPTURE(filter);
        for (const auto& [topic, times] : found) CHECK(times == 1);
        for (const auto& [topic, times] : wanted)
            CHECK((touched.contains(topic) || found[topic] == 1));
        for (const auto& [topic, times] : found) CHECK(wanted.contains(topic));
    }
}

TEST_CASE(
    "a topic whose levels were in one node keeps its place when another shares its beginning") {
    Retained retained;
    std::set<std::string> wanted;
    uint64_t key = 0;
    for (int i = 0; i < 50; ++i) {
        const std::string topic = "t" + std::to_string(i) + "/b/c/d";
        wanted.insert(topic);
        retained.set(make_message(topic, "x", ++key), 0);
    }
    for (const char* filter : {"#", "+/b/#", "+/+/c/d", "+/b/c/+"}) {
        Found found;
        RetainedLookup lookup = from_now(retained, filter);
        for (int i = 0; !lookup.ended(); ++i) {
            size_t looked_at = 0;
            add(found, retained.match(lookup, 0, 10, looked_at));
            // The first of them shared more of its levels with every round.
            const std::string other = "t" + std::to_string(i % 50) + "/b/c/" + filter;
            retained.set(make_message(other.substr(0, other.size() - 1) + "e", "y", ++key), 0);
        }
        CAPTURE(filter);
        CHECK(found.size() == wanted.size());
        for (const auto& [topic, times] : found) CHECK((times == 1 && wanted.contains(topic)));
        for (const auto& message : retained.match("#", 0))
            if (message->payload() == "y") retained.remove(*message);
    }
}

TEST_CASE("a lookup that is left keeps nothing, nor one that ends") {
    Retained retained;
    size_t looked_at = 0;
    {
        retained.set(make_message("a/b/c", "x", 1), 0);
        retained.set(make_message("a/b/d", "x", 2), 0);
        RetainedLookup left = from_now(retained, "#");
        RetainedLookup other = from_now(retained, "a/+/+");
        CHECK(retained.match(left, 0, 3, looked_at).size() == 1);
        CHECK(retained.match(other, 0, 3, looked_at).size() == 1);
        retained.set(make_message("a/b/c", ""), 0);
        retained.set(make_message("a/b/d", ""), 0);
        CHECK(retained.size() == 0);
        CHECK(nodes(retained) == 3);
        CHECK(retained.match(other, 0, 100, looked_at).empty());
        CHECK(other.ended());
        CHECK(nodes(retained) == 3);
    }
    CHECK(nodes(retained) == 0);
    RetainedLookup never = from_now(retained, "#");
    CHECK_FALSE(never.ended());
    never.end();
    CHECK(never.ended());
    CHECK(retained.match(never, 0, 100, looked_at).empty());
    CHECK(RetainedLookup().ended());
}

TEST_CASE("more lookups than a node counts stand side by side") {
    Retained retained;
    retained.set(make_message("a", "x", 1), 0);
    retained.set(make_message("b", "x", 2), 0);
    std::vector<RetainedLookup> lookups;
    for (int i = 0; i < 70'000; ++i) {
        lookups.push_back(from_now(retained, "#"));
        size_t looked_at = 0;
        Found found;
        add(found, retained.match(lookups.back(), 0, 1, looked_at));
        if (!lookups.back().ended()) add(found, retained.match(lookups.back(), 0, 100, looked_at));
        REQUIRE(found.size() == 2);
        lookups.back() = from_now(retained, "#");
        retained.match(lookups.back(), 0, 1, looked_at);
    }
    lookups.clear();
    retained.set(make_message("a", ""), 0);
    retained.set(make_message("b", ""), 0);
    CHECK(nodes(retained) == 0);
}

// Written for the race detector.
TEST_CASE("lookups and writers at once") {
    Retained retained;
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    std::atomic<size_t> twice{0};
    for (uint32_t reader = 0; reader < 2; ++reader)
        readers.emplace_back([&, reader] {
            Random random(reader);
            while (!stop.load(std::memory_order_relaxed)) {
                RetainedLookup lookup = from_now(retained, random.filter());
                Found found;
                size_t looked_at = 0;
                while (!lookup.ended() && !random.one_in(50))
                    add(found, retained.match(lookup, 0, 1 + random.below(20), looked_at));
                for (const auto& [topic, times] : found) twice += times > 1 ? 1 : 0;
            }
        });
    Random random(3);
    for (uint64_t round = 0; round < 5'000; ++round)
        retained.set(make_message(random.topic(), random.one_in(3) ? "" : "x", round), 0);
    stop = true;
    for (std::thread& reader : readers) reader.join();
    CHECK(twice == 0);
    for (const auto& message : retained.match("#", 0)) retained.remove(*message);
    for (const auto& message : retained.match("$a/#", 0)) retained.remove(*message);
    CHECK(retained.size() == 0);
    CHECK(nodes(retained) == 0);
}
