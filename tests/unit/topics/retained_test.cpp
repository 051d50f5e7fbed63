#include "topics/retained.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "topics/support.h"

using namespace grapnel;
using test::make_message;
using test::Random;
using test::Reference;
using Change = Retained::Change;

namespace {

using Topics = std::vector<std::string>;

Topics topics(const std::vector<Ref<Message>>& messages) {
    Topics names;
    for (const auto& message : messages) names.emplace_back(message->topic());
    return names;
}

}  // namespace

TEST_CASE("set, replace, clear") {
    Retained retained;
    CHECK(retained.set(make_message("a", "", 1), 0) == Change::none);
    const auto first = make_message("a", "1", 2);
    CHECK(retained.set(first, 0) == Change::stored);
    CHECK(retained.current(*first));
    const auto second = make_message("a", "2", 3);
    CHECK(retained.set(second, 0) == Change::replaced);
    CHECK_FALSE(retained.current(*first));
    CHECK(retained.find("a").get() == second.get());
    CHECK(retained.size() == 1);
    CHECK_FALSE(retained.remove(*first));
    CHECK(retained.set(make_message("a", "", 4), 0) == Change::removed);
    CHECK_FALSE(retained.find("a"));
    CHECK_FALSE(retained.remove(*second));
    CHECK(retained.set(second, 0) == Change::stored);
    CHECK(retained.remove(*second));
    CHECK(retained.size() == 0);
}

TEST_CASE("a restored copy is the same message") {
    Retained retained;
    const auto message = make_message("a", "1", 2);
    retained.set(message, 0);
    const auto copy = Message::create(message->view());
    CHECK(retained.current(*copy));
    CHECK(retained.remove(*copy));
}

TEST_CASE("beyond the limit only topics that are there are taken") {
    Retained retained;
    CHECK(retained.set(make_message("a/b", "1"), 2) == Change::stored);
    CHECK(retained.set(make_message("a/c", "1"), 2) == Change::stored);
    CHECK(retained.set(make_message("a", "1"), 2) == Change::refused);
    CHECK(retained.set(make_message("d", "1"), 2) == Change::refused);
    CHECK_FALSE(retained.find("d"));
    CHECK(retained.set(make_message("a/c", "2"), 2) == Change::replaced);
    CHECK(retained.set(make_message("a/c", ""), 2) == Change::removed);
    CHECK(retained.set(make_message("d", "1"), 2) == Change::stored);
    CHECK(retained.size() == 2);
}

TEST_CASE("the broker's own values are neither limited nor counted") {
    Retained retained;
    retained.set_own(make_message("$SYS/a", "1"));
    CHECK(retained.set(make_message("a", "1"), 1) == Change::stored);
    retained.set_own(make_message("$SYS/b", "1"));
    retained.set_own(make_message("$SYS/a", "2"));
    CHECK(retained.size() == 1);
    CHECK(retained.match("$SYS/#", 0).size() == 2);
    // Whoever wrote last is the owner.
    retained.set(make_message("$SYS/a", "3"), 0);
    CHECK(retained.size() == 2);
    retained.set_own(make_message("$SYS/a", "4"));
    retained.set_own(make_message("$SYS/b", ""));
    CHECK(retained.size() == 1);
    CHECK_FALSE(retained.find("$SYS/b"));
    CHECK(retained.set(make_message("a", ""), 1) == Change::removed);
    CHECK(retained.size() == 0);
}

TEST_CASE("matches come oldest first and keep to the rules of $ and #") {
    Retained retained;
    uint64_t key = 100;
    for (const char* topic : {"x/y", "x", "$SYS/x", "x/y/z", "$foo", "/", "a/$b"})
        retained.set(make_message(topic, "1", key--), 0);
    CHECK(topics(retained.match("x/#", 0)) == Topics{"x/y/z", "x", "x/y"});
    CHECK(topics(retained.match("x", 0)) == Topics{"x"});
    CHECK(topics(retained.match("#", 0)) == Topics{"a/$b", "/", "x/y/z", "x", "x/y"});
    CHECK(topics(retained.match("+/#", 0)) == Topics{"a/$b", "/", "x/y/z", "x", "x/y"});
    CHECK(topics(retained.match("+", 0)) == Topics{"x"});
    CHECK(topics(retained.match("$SYS/#", 0)) == Topics{"$SYS/x"});
    CHECK(topics(retained.match("$foo/#", 0)) == Topics{"$foo"});
    CHECK(topics(retained.match("a/+", 0)) == Topics{"a/$b"});
    CHECK(topics(retained.match("+/+", 0)) == Topics{"a/$b", "/", "x/y"});
    CHECK(retained.match("y/#", 0).empty());
}

TEST_CASE("what has expired is not matched, and taken out soonest first") {
    Retained retained;
    retained.set(make_message("never", "1", 1), 0);
    retained.set(make_message("late", "1", 2, 300), 0);
    retained.set(make_message("soon", "1", 3, 100), 0);
    retained.set(make_message("soon/er", "1", 4, 50), 0);
    retained.set(make_message("moved", "1", 5, 10), 0);
    retained.set(make_message("moved", "1", 6, 400), 0);
    retained.set(make_message("cleared", "1", 7, 10), 0);
    retained.set(make_message("cleared", "", 8), 0);
    retained.set(make_message("forever", "1", 9, 10), 0);
    retained.set(make_message("forever", "1", 10), 0);
    CHECK(retained.expire(49).empty());
    CHECK(topics(retained.match("#", 100)) == Topics{"never", "late", "moved", "forever"});
    CHECK(topics(retained.expire(100)) == Topics{"soon/er", "soon"});
    CHECK(retained.size() == 4);
    CHECK(retained.expire(100).empty());
    CHECK(topics(retained.expire(1'000)) == Topics{"late", "moved"});
    CHECK(topics(retained.match("#", 1'000)) == Topics{"never", "forever"});
}

TEST_CASE("random messages are matched and expired as by the reference") {
    Random random(5);
    Retained retained;
    std::map<std::string, Ref<Message>> expected;
    uint64_t key = 0;
    int64_t now = 1;
    for (int round = 0; round < 7'000; ++round) {
        const std::string topic = random.topic();
        ++now;
        if (random.one_in(3)) {
            const bool held = expected.erase(topic) == 1;
            CHECK(retained.set(make_message(topic, "", ++key), 0) ==
                  (held ? Change::removed : Change::none));
        } else {
            const int64_t expires_ms =
                random.one_in(2) ? 0 : now + static_cast<int64_t>(random.below(500));
            const auto message = make_message(topic, "x", ++key, expires_ms);
            CHECK(retained.set(message, 0) ==
                  (expected.contains(topic) ? Change::replaced : Change::stored));
            expected[topic] = message;
        }
        const size_t expired =
            std::erase_if(expected, [&](const auto& entry) { return entry.second->expired(now); });
        CHECK(retained.expire(now).size() == expired);
        CHECK(retained.size() == expected.size());
        if (round % 20 != 0) continue;
        const std::string filter = random.filter();
        std::map<uint64_t, std::string> matching;
        for (const auto& [name, message] : expected)
            if (Reference::matches(filter, name)) matching.emplace(message->key(), name);
        Topics names;
        for (const auto& [message_key, name] : matching) names.push_back(name);
        CAPTURE(filter);
        CHECK(topics(retained.match(filter, now)) == names);
    }
}

TEST_CASE("65,000 levels, kept and matched") {
    Retained retained;
    const std::string slashes(65'000, '/');
    retained.set(make_message(slashes + "a", "1", 1), 0);
    retained.set(make_message(slashes + "b", "1", 2), 0);
    CHECK(retained.match("#", 0).size() == 2);
    CHECK(retained.match(slashes + "+", 0).size() == 2);
    CHECK(retained.match(slashes + "b/#", 0).size() == 1);
    CHECK(retained.match(slashes, 0).empty());
}

// Written for the race detector.
TEST_CASE("retained readers and writers at once") {
    Retained retained;
    std::atomic<bool> stop{false};
    std::atomic<size_t> unsorted{0};
    std::thread reader([&] {
        Random random(1);
        while (!stop.load(std::memory_order_relaxed)) {
            uint64_t last = 0;
            for (const auto& message : retained.match(random.filter(), 0)) {
                if (message->key() < last) unsorted.fetch_add(1);
                last = message->key();
            }
            retained.find(random.topic());
        }
    });
    std::vector<std::thread> writers;
    for (uint32_t writer = 0; writer < 2; ++writer)
        writers.emplace_back([&, writer] {
            Random random(writer + 10);
            for (uint64_t round = 0; round < 5'000; ++round) {
                const auto message = make_message(random.topic(), random.one_in(3) ? "" : "x",
                                                  round * 2 + writer, static_cast<int64_t>(round));
                retained.set(message, 0);
                if (random.one_in(4)) retained.remove(*message);
                if (random.one_in(50)) retained.expire(static_cast<int64_t>(round));
            }
        });
    for (std::thread& thread : writers) thread.join();
    stop = true;
    reader.join();
    CHECK(unsorted == 0);
}
