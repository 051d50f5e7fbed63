#include "store/applier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/store/stored.h"
#include "plugins/store/twins.h"
#include "store/record.h"

using namespace grapnel::store;
using namespace grapnel::store::test;
using namespace std::string_view_literals;

namespace {

constexpr std::uint8_t kPubrel = 6;

Delivery entry(std::uint64_t message_key, std::uint64_t order, bool known = false) {
    Delivery delivery;
    delivery.message_key = message_key;
    delivery.order = order;
    delivery.known = known;
    return delivery;
}

// With a look at its records.
struct Looked : Stored {
    std::string* outbound(std::string_view client_id, std::uint64_t order) {
        std::string key;
        put_owner(key, client_id);
        put_u64(key, order);
        const auto found = backend.of(Kind::outbound).find(key);
        return found == backend.of(Kind::outbound).end() ? nullptr : &found->second;
    }
    OutboundRecord read(std::string_view client_id, std::uint64_t order) {
        const std::string* const value = outbound(client_id, order);
        REQUIRE(value != nullptr);
        OutboundRecord record;
        REQUIRE(decode(*value, record) == Decoded::ok);
        return record;
    }
    std::size_t bodies() { return backend.of(Kind::body).size(); }
    std::string_view body(std::uint64_t message_key) {
        std::string key;
        put_u64(key, message_key);
        const auto found = backend.of(Kind::body).find(key);
        return found == backend.of(Kind::body).end() ? std::string_view() : found->second;
    }
    std::string_view retained(std::string_view topic) {
        const auto found = backend.of(Kind::retained).find(topic);
        return found == backend.of(Kind::retained).end() ? std::string_view() : found->second;
    }
};

Changes retain(std::string_view topic, std::string_view value, std::uint64_t order) {
    Changes changes;
    changes.retain(topic, value, order);
    return changes;
}

// How long it takes to apply changes of so many names.
template <class Name>
std::chrono::steady_clock::duration time_of(std::size_t count, const Name& name) {
    Known known;
    Applier applier(known);
    std::vector<Changes> parts(1);
    for (std::size_t number = 0; number < count; ++number) {
        const std::string text = name(number);
        parts[0].put(Kind::client, text, "");
        parts[0].settle(text, entry(1, 1));
        parts[0].retain(text, "v", number + 1);
        parts[0].end_client(text);
    }
    MemoryBatch batch;
    const auto begin = std::chrono::steady_clock::now();
    applier.apply(parts, batch);
    return std::chrono::steady_clock::now() - begin;
}

}  // namespace

TEST_CASE("names that a client chose to collide cost no more than others") {
    constexpr std::size_t kCount = 10'000;
    const auto other = time_of(kCount, [](std::size_t number) {
        return colliding_topic(0).substr(0, 240) + std::to_string(number);
    });
    const auto colliding = [] { return time_of(kCount, colliding_topic); };
    CHECK(std::min({colliding(), colliding(), colliding()}) < 10 * other);
}

TEST_CASE("puts and erases are handed on in their order") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].put(Kind::subscription, "k", "1");
    parts[0].erase(Kind::subscription, "k");
    parts[0].put(Kind::subscription, "k", "2");
    parts[0].put(Kind::inbound, "i", "");
    parts[0].erase(Kind::inbound, "i");
    stored.commit(parts);
    CHECK(stored.backend.of(Kind::subscription).at("k") == "2");
    CHECK(stored.backend.size() == 1);
}

TEST_CASE("a message of one receiver lies in its entry") {
    Looked stored;
    std::vector<Changes> parts(1);
    Delivery delivery = entry(5, 1);
    delivery.sent_ms = 12;
    delivery.packet_id = 3;
    delivery.qos = 2;
    delivery.retain = true;
    const std::vector<std::uint32_t> identifiers{4, 9};
    parts[0].deliver("a", delivery, identifiers, "body");
    stored.commit(parts);
    const OutboundRecord record = stored.read("a", 1);
    CHECK(record.body == "body");
    CHECK(record.message_key == 5);
    CHECK(record.sent_ms == 12);
    CHECK(record.packet_id == 3);
    CHECK(record.type == 3);
    CHECK(record.qos == 2);
    CHECK(record.retain);
    CHECK(record.identifiers == identifiers);
    CHECK(stored.bodies() == 0);
    std::vector<Changes> over(1);
    over[0].settle("a", delivery);
    stored.commit(over);
    CHECK(stored.backend.size() == 0);
    CHECK(stored.known.messages.empty());
}

TEST_CASE("a message of several receivers of one loop is written once") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    parts[0].deliver("b", entry(5, 1), {}, {});
    stored.commit(parts);
    CHECK(stored.body(5) == "body");
    CHECK(stored.read("a", 1).body.data() == nullptr);
    CHECK(stored.read("b", 1).body.data() == nullptr);
    std::vector<Changes> over(1);
    over[0].settle("a", entry(5, 1));
    stored.commit(over);
    CHECK(stored.body(5) == "body");
    std::vector<Changes> last(1);
    last[0].settle("b", entry(5, 1));
    stored.commit(last);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("a message of receivers of several loops is written once") {
    Looked stored;
    std::vector<Changes> parts(3);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    parts[2].deliver("b", entry(5, 1), {}, "body");
    stored.commit(parts);
    CHECK(stored.body(5) == "body");
    CHECK(stored.read("b", 1).body.data() == nullptr);
    std::vector<Changes> over(3);
    over[0].settle("a", entry(5, 1));
    over[2].settle("b", entry(5, 1));
    stored.commit(over);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("a large message lies apart, also of one receiver") {
    Looked stored;
    const std::string large(Applier::kWithinMost + 1, 'x');
    const std::string small(Applier::kWithinMost, 'x');
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, large);
    parts[0].deliver("a", entry(6, 2), {}, small);
    stored.commit(parts);
    CHECK(stored.body(5) == large);
    CHECK(stored.body(6).empty());
    CHECK(stored.read("a", 1).body.data() == nullptr);
    CHECK(stored.read("a", 2).body == small);
    std::vector<Changes> again(1);
    again[0].deliver("a", entry(5, 1, true), {}, {});
    stored.commit(again);
    CHECK(stored.body(5) == large);
    CHECK(stored.read("a", 1).body.data() == nullptr);
}

TEST_CASE("an entry that is known is written anew and counts once") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    Delivery sent = entry(5, 1, true);
    sent.packet_id = 8;
    parts[0].deliver("a", sent, {}, "body");
    stored.commit(parts);
    CHECK(stored.read("a", 1).packet_id == 8);
    CHECK(stored.read("a", 1).body == "body");
    sent.sent_ms = 77;
    std::vector<Changes> again(1);
    again[0].deliver("a", sent, {}, "body");
    stored.commit(again);
    CHECK(stored.read("a", 1).sent_ms == 77);
    CHECK(stored.read("a", 1).body == "body");
    CHECK(stored.known.messages.at(5).entries == 1);
}

TEST_CASE("PUBREL lets the message go and keeps the entry") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    parts[0].deliver("b", entry(5, 1), {}, {});
    stored.commit(parts);
    std::vector<Changes> released(1);
    Delivery pubrel = entry(5, 1, true);
    pubrel.type = kPubrel;
    released[0].deliver("a", pubrel, {}, {});
    stored.commit(released);
    CHECK(stored.body(5) == "body");
    CHECK(stored.read("a", 1).type == kPubrel);
    CHECK(stored.read("a", 1).body.data() == nullptr);
    std::vector<Changes> both(1);
    both[0].deliver("b", pubrel, {}, {});
    stored.commit(both);
    CHECK(stored.bodies() == 0);
    CHECK(stored.backend.size() == 2);
    std::vector<Changes> over(1);
    over[0].settle("a", pubrel);
    over[0].settle("b", pubrel);
    stored.commit(over);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("a PUBREL that comes first takes the message of nobody else") {
    Looked stored;
    const std::string large(Applier::kWithinMost + 1, 'x');
    std::vector<Changes> parts(1);
    Delivery pubrel = entry(5, 1);
    pubrel.type = kPubrel;
    parts[0].deliver("a", entry(5, 1), {}, large);
    parts[0].deliver("z", pubrel, {}, {});
    stored.commit(parts);
    CHECK(stored.body(5) == large);
    CHECK(stored.read("z", 1).type == kPubrel);
}

TEST_CASE("a message that lay in an entry is written apart once several more want it") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    stored.commit(parts);
    std::vector<Changes> later(2);
    later[0].deliver("b", entry(5, 1), {}, "body");
    later[1].deliver("c", entry(5, 1), {}, "body");
    stored.commit(later);
    CHECK(stored.body(5) == "body");
    CHECK(stored.read("a", 1).body == "body");
    CHECK(stored.read("c", 1).body.data() == nullptr);
    std::vector<Changes> over(2);
    over[0].settle("b", entry(5, 1));
    over[1].settle("c", entry(5, 1));
    stored.commit(over);
    CHECK(stored.read("a", 1).body == "body");
    std::vector<Changes> last(1);
    last[0].settle("a", entry(5, 1));
    stored.commit(last);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("a message that comes and goes in one commit leaves nothing") {
    Looked stored;
    std::vector<Changes> parts(2);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    parts[0].settle("a", entry(5, 1));
    parts[1].deliver("b", entry(5, 1), {}, "body");
    parts[1].settle("b", entry(5, 1));
    stored.commit(parts);
    CHECK(stored.backend.size() == 0);
    CHECK(stored.known.messages.empty());
}

TEST_CASE("an entry that is over before it is written is never written") {
    Looked stored;
    const std::string large(Applier::kWithinMost + 1, 'x');
    std::vector<Changes> first(1);
    std::vector<Changes> second(1);
    first[0].deliver("a", entry(5, 1), {}, "body");
    first[0].deliver("a", entry(6, 2), {}, large);
    first[0].deliver("a", entry(7, 3), {}, "stays");
    second[0].settle("a", entry(6, 2));
    second[0].deliver("a", entry(5, 1, true), {}, "body");
    second[0].settle("a", entry(5, 1));
    const std::vector<Applier::Commit> together{{first}, {second}};
    MemoryBatch batch;
    stored.applier.apply(together, batch);
    stored.backend.write(batch);
    CHECK(batch.size() == 1);
    CHECK(stored.read("a", 3).body == "stays");
    CHECK(stored.backend.size() == 1);
    CHECK(stored.known.messages.size() == 1);
}

TEST_CASE("an entry that was written before is erased, whatever is said of it until then") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].deliver("a", entry(5, 1), {}, "body");
    stored.commit(parts);
    std::vector<Changes> again(1);
    again[0].deliver("a", entry(5, 1, true), {}, "body");
    again[0].settle("a", entry(5, 1));
    stored.commit(again);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("an order that begins anew with its client is another entry") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].put(Kind::client, "a", "session");
    parts[0].deliver("a", entry(5, 1), {}, "old");
    parts[0].settle("a", entry(5, 1));
    parts[0].end_client("a");
    parts[0].put(Kind::client, "a", "session");
    parts[0].deliver("a", entry(6, 1), {}, "new");
    stored.commit(parts);
    CHECK(stored.read("a", 1).body == "new");
}

TEST_CASE("the end of an entry that nobody knows harms no other") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].settle("a", entry(5, 1));
    parts[0].deliver("b", entry(6, 1), {}, "body");
    stored.commit(parts);
    CHECK(stored.read("b", 1).body == "body");
}

TEST_CASE("of two changes of a topic the one of higher order counts, whatever the parts") {
    for (const bool swapped : {false, true}) {
        Looked stored;
        std::vector<Changes> parts;
        parts.push_back(retain("t", swapped ? "old" : "new", swapped ? 3 : 4));
        parts.push_back(retain("t", swapped ? "new" : "old", swapped ? 4 : 3));
        stored.commit(parts);
        CHECK(stored.retained("t") == "new");
    }
}

TEST_CASE("a removal counts by its order like a message") {
    Looked stored;
    std::vector<Changes> parts;
    parts.push_back(retain("t", {}, 4));
    parts.push_back(retain("t", "old", 3));
    stored.commit(parts);
    CHECK(stored.backend.size() == 0);
    stored.commit({retain("t", "new", 5)});
    CHECK(stored.retained("t") == "new");
}

TEST_CASE("of two neighbouring commits the higher order counts") {
    Looked stored;
    stored.commit({retain("t", "new", 4), retain("other", "x", 5)});
    stored.commit({retain("t", "old", 3), retain("other", "y", 6)});
    CHECK(stored.retained("t") == "new");
    CHECK(stored.retained("other") == "y");
}

TEST_CASE("an expiry removes what was set before, but not what was set lately") {
    Looked stored;
    stored.commit({retain("t", "x", 4)});
    stored.commit({retain("t", {}, 0)});
    CHECK(stored.retained("t") == "x");
    stored.commit({retain("t", {}, 0)});
    CHECK(stored.retained("t").empty());
    stored.commit({retain("u", {}, 0), retain("u", "x", 5)});
    CHECK(stored.retained("u") == "x");
    stored.commit({retain("v", "x", 6), retain("v", {}, 0)});
    CHECK(stored.retained("v") == "x");
}

TEST_CASE("an expiry removes what was set lately, too, if that has expired") {
    Looked stored;
    const auto set = [&stored](std::uint64_t order, std::int64_t expires_ms) {
        std::vector<Changes> parts(1);
        parts[0].retain("t", "x", order, expires_ms);
        stored.commit(parts);
    };
    const auto expire = [&stored](std::int64_t now_ms) {
        std::vector<Changes> parts(1);
        parts[0].expire("t", now_ms);
        stored.commit(parts);
    };
    set(4, 1000);
    expire(1000);
    CHECK(stored.retained("t").empty());
    set(5, 2000);
    expire(1999);
    CHECK(stored.retained("t") == "x");
    std::vector<Changes> parts(2);
    parts[0].retain("t", "x", 6, 2000);
    parts[0].expire("t", 2001);
    parts[1].retain("t", "later", 7, 3000);
    stored.commit(parts);
    CHECK(stored.retained("t") == "later");
    std::swap(parts[0], parts[1]);
    stored.commit(parts);
    CHECK(stored.retained("t") == "later");
}

TEST_CASE("the end of a client takes all that is its own, once") {
    Looked stored;
    std::vector<Changes> parts(1);
    for (const std::string_view id : {"a"sv, "ab"sv}) {
        parts[0].put(Kind::client, id, "session");
        parts[0].put(Kind::subscription, owned_key(id, "t"), "");
        parts[0].put(Kind::inbound, owned_key(id, "\1\2"), "");
        parts[0].deliver(id, entry(5, 1), {}, "body");
    }
    stored.commit(parts);
    CHECK(stored.backend.size() == 9);
    std::vector<Changes> end(1);
    end[0].settle("a", entry(5, 1));
    end[0].end_client("a");
    stored.commit(end);
    CHECK(stored.backend.size() == 5);
    CHECK(stored.read("ab", 1).message_key == 5);
    MemoryBatch batch;
    std::vector<Changes> again(1);
    again[0].end_client("a");
    stored.applier.apply(again, batch);
    CHECK(batch.empty());
}

TEST_CASE("a client that ends and begins in one commit has what was said last") {
    Looked stored;
    std::vector<Changes> parts(1);
    parts[0].put(Kind::client, "a", "old");
    parts[0].put(Kind::subscription, owned_key("a", "t"), "");
    parts[0].end_client("a");
    parts[0].put(Kind::client, "a", "new");
    parts[0].put(Kind::subscription, owned_key("a", "u"), "");
    stored.commit(parts);
    CHECK(stored.backend.of(Kind::client).at("a") == "new");
    CHECK(stored.backend.of(Kind::subscription).size() == 1);
    std::vector<Changes> end(1);
    end[0].end_client("a");
    stored.commit(end);
    CHECK(stored.backend.size() == 0);
}

TEST_CASE("the end of a client is written whatever other ids are like") {
#ifdef __GLIBCXX__
    REQUIRE(std::hash<std::string_view>{}(kId) == std::hash<std::string_view>{}(kTwinOfId));
#endif
    Looked stored;
    for (const std::string_view id : {kId, kTwinOfId}) {
        std::vector<Changes> parts(1);
        parts[0].put(Kind::client, id, "");
        parts[0].put(Kind::inbound, inbound_key(id, 9), "");
        stored.commit(parts);
    }
    for (const std::string_view id : {kTwinOfId, kId}) {
        CHECK(stored.backend.of(Kind::client).contains(id));
        std::vector<Changes> end(1);
        end[0].end_client(id);
        stored.commit(end);
    }
    CHECK(stored.backend.size() == 0);
}
