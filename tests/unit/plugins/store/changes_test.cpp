#include "store/changes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "plugins/store/stored.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

std::string describe(const Changes::Change& change) {
    std::ostringstream text;
    text << static_cast<int>(change.op) << ' ' << static_cast<int>(change.kind)
         << " key=" << change.key << " value=" << change.value << " order=" << change.order;
    const Delivery& delivery = change.delivery;
    text << " message=" << delivery.message_key << '/' << delivery.order << '/' << delivery.sent_ms
         << '/' << delivery.packet_id << '/' << int{delivery.type} << '/' << int{delivery.qos}
         << '/' << delivery.retain << delivery.known;
    for (const std::uint32_t identifier : change.identifiers) text << ' ' << identifier;
    return text.str();
}

std::vector<std::string> all_of(const Changes& changes) {
    std::vector<std::string> found;
    changes.each([&](const Changes::Change& change) { found.push_back(describe(change)); });
    return found;
}

Delivery delivery_of(std::uint64_t message_key) {
    Delivery delivery;
    delivery.message_key = message_key;
    delivery.order = 7;
    delivery.sent_ms = -1;
    delivery.packet_id = 0xffff;
    delivery.qos = 2;
    delivery.retain = true;
    return delivery;
}

std::vector<std::string> keys_and_values(const Changes& changes) {
    std::vector<std::string> found;
    changes.each([&](const Changes::Change& change) {
        found.push_back(std::string(change.key) + '=' + std::string(change.value));
    });
    return found;
}

}  // namespace

TEST_CASE("nothing recorded is nothing given") {
    const Changes changes;
    CHECK(changes.empty());
    CHECK(changes.size() == 0);
    CHECK(all_of(changes).empty());
}

TEST_CASE("what is recorded comes back in order, with all it has") {
    Changes changes;
    changes.put(Kind::subscription, "k", "v");
    changes.erase(Kind::inbound, "gone");
    changes.retain("t/1", "message", 9);
    const std::vector<std::uint32_t> identifiers{1, 268'435'455};
    changes.deliver("client", delivery_of(~std::uint64_t{0}), identifiers, "body");
    Delivery known = delivery_of(5);
    known.type = 6;
    known.known = true;
    changes.deliver("client", known, {}, {});
    changes.settle("client", delivery_of(6));
    changes.end_client("other");
    const auto found = all_of(changes);
    REQUIRE(found.size() == 7);
    CHECK(found[0] == "0 1 key=k value=v order=0 message=0/0/0/0/3/0/00");
    CHECK(found[1] == "1 3 key=gone value= order=0 message=0/0/0/0/3/0/00");
    CHECK(found[2] == "2 5 key=t/1 value=message order=9 message=0/0/0/0/3/0/00");
    CHECK(found[3] ==
          "3 2 key=client value=body order=0 "
          "message=18446744073709551615/7/-1/65535/3/2/10 1 268435455");
    CHECK(found[4] == "3 2 key=client value= order=0 message=5/7/-1/65535/6/2/11");
    CHECK(found[5] == "4 2 key=client value= order=0 message=6/7/-1/65535/3/2/10");
    CHECK(found[6] == "5 0 key=other value= order=0 message=0/0/0/0/3/0/00");
}

TEST_CASE("keys and values of every length, with identifiers that are aligned") {
    Changes changes;
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string key(size, 'k');
        const std::string value(size * size, '\0');
        const std::vector<std::uint32_t> identifiers(size % 4, static_cast<std::uint32_t>(size));
        changes.deliver(key, delivery_of(size), identifiers, value);
    }
    std::size_t size = 0;
    changes.each([&](const Changes::Change& change) {
        CHECK(change.key == std::string(size, 'k'));
        CHECK(change.value == std::string(size * size, '\0'));
        CHECK(change.delivery.message_key == size);
        REQUIRE(change.identifiers.size() == size % 4);
        CHECK(reinterpret_cast<std::uintptr_t>(change.identifiers.data()) %
                  alignof(std::uint32_t) ==
              0);
        for (const std::uint32_t identifier : change.identifiers) CHECK(identifier == size);
        ++size;
    });
    CHECK(size == 40);
}

TEST_CASE("what was recorded goes with the changes that are moved") {
    Changes changes;
    changes.put(Kind::client, "k", "v");
    const Changes moved = std::move(changes);
    CHECK(all_of(moved).size() == 1);
}

TEST_CASE("a message that is retained says when it expires, and an expiry what time it is") {
    Changes changes;
    changes.retain("t", "x", 9, 1000);
    changes.expire("t", 2000);
    std::vector<std::string> found;
    changes.each([&found](const Changes::Change& change) {
        found.push_back(std::string(change.value) + ' ' + std::to_string(change.order) + ' ' +
                        std::to_string(change.time_ms));
    });
    CHECK(found == std::vector<std::string>{"x 9 1000", " 0 2000"});
}

TEST_CASE("of what is retained under one topic the last is kept, and the order of all else") {
    Changes changes;
    changes.retain("t", "1", 1);
    changes.put(Kind::client, "a", "");
    changes.retain("u", "1", 2);
    changes.retain("t", "2", 3);
    changes.retain("t", "", 4);
    changes.erase(Kind::client, "a");
    changes.retain("t", "late", 2);
    CHECK(keys_and_values(changes) == std::vector<std::string>{"a=", "u=1", "t=", "a=", "t=late"});
    changes.retain("t", "last", 4);
    CHECK(keys_and_values(changes) == std::vector<std::string>{"a=", "u=1", "t=", "a=", "t=last"});
}

TEST_CASE("what was there before an expiry is kept, since that looks at it") {
    Changes changes;
    changes.retain("t", "x", 1, 1000);
    changes.expire("t", 2000);
    changes.retain("t", "y", 2);
    changes.retain("t", "z", 3);
    CHECK(keys_and_values(changes) == std::vector<std::string>{"t=x", "t=", "t=z"});
}

TEST_CASE("topics that change over and over do not grow what is recorded") {
    Changes changes;
    const std::vector<std::uint32_t> identifiers{1, 2, 3};
    std::size_t most = 0;
    for (std::uint64_t order = 1; order <= 30'000; ++order) {
        const std::string topic = "t/" + std::to_string(order % 3);
        changes.retain(topic, std::string(1 + order % 2000, 'x'), order);
        if (order % 3000 == 0) changes.deliver("c", delivery_of(order), identifiers, "b");
        most = std::max(most, changes.size());
    }
    CHECK(most < 200'000);
    std::uint64_t deliveries = 0;
    std::uint64_t retained = 0;
    changes.each([&](const Changes::Change& change) {
        if (change.op == Changes::Op::deliver) {
            CHECK(change.delivery.message_key == ++deliveries * 3000);
            CHECK(std::vector(change.identifiers.begin(), change.identifiers.end()) == identifiers);
        } else {
            ++retained;
            CHECK(change.order > 29'997);
            CHECK(change.value.size() == 1 + change.order % 2000);
        }
    });
    CHECK(deliveries == 10);
    CHECK(retained == 3);
}

TEST_CASE("what is left out changes nothing of what is stored") {
    std::mt19937 random(7);
    Stored with;
    Stored without;
    std::uint64_t last = 0;
    for (int commit = 0; commit < 2000; ++commit) {
        std::vector<Changes> parts(3);
        std::vector<Changes> single;  // each of which has one change
        for (Changes& part : parts) {
            for (auto steps = random() % 8; steps > 0; --steps) {
                const std::string topic(1, static_cast<char>('a' + random() % 2));
                ++last;
                const std::uint64_t order = last - (random() % 4 == 0 ? random() % 5 % last : 0);
                const std::string value = random() % 4 == 0 ? "" : std::to_string(order);
                const auto now = static_cast<std::int64_t>(order);
                const bool expires = random() % 4 == 0;
                const bool is_over = random() % 5 == 0;
                for (Changes* const each : {&part, &single.emplace_back()}) {
                    if (is_over)
                        each->expire(topic, now);
                    else
                        each->retain(topic, value, order, expires ? now + 5 : 0);
                }
            }
        }
        with.commit(parts);
        without.commit(single);
        REQUIRE(with.backend.tables == without.backend.tables);
    }
}

TEST_CASE("the last message is that of a new entry and of no change since") {
    Changes changes;
    CHECK(changes.last_message() == 0);
    changes.deliver("a", delivery_of(3), {}, "body");
    CHECK(changes.last_message() == 3);
    changes.deliver("b", delivery_of(3), {}, {});
    CHECK(changes.last_message() == 3);
    Delivery known = delivery_of(3);
    known.known = true;
    changes.deliver("a", known, {}, {});
    CHECK(changes.last_message() == 0);
    const auto again = [&] {
        changes.deliver("a", delivery_of(4), {}, "body");
        CHECK(changes.last_message() == 4);
    };
    again();
    changes.put(Kind::client, "a", "");
    CHECK(changes.last_message() == 0);
    again();
    changes.erase(Kind::client, "a");
    CHECK(changes.last_message() == 0);
    again();
    changes.retain("t", "", 1);
    CHECK(changes.last_message() == 0);
    again();
    changes.expire("t", 1);
    CHECK(changes.last_message() == 0);
    again();
    changes.settle("a", delivery_of(4));
    CHECK(changes.last_message() == 0);
    again();
    changes.end_client("a");
    CHECK(changes.last_message() == 0);
}
