#include <atomic>
#include <thread>

#include "connect.h"
#include "embedded.h"

TEST_CASE("what is published before a start and after a stop goes nowhere") {
    Embedded embedded;
    CHECK(embedded.publish("a", "early") == GN_E_STATE);
    REQUIRE(embedded.start() == GN_OK);
    CHECK(embedded.publish("a", "right") == GN_OK);
    REQUIRE(embedded.stop() == GN_OK);
    CHECK(embedded.publish("a", "late") == GN_E_STATE);
}

TEST_CASE("messages that make no sense are refused") {
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    CHECK(embedded.publish("a/#", "x") == GN_E_INVALID);
    CHECK(embedded.publish("", "x") == GN_E_INVALID);
    CHECK(gn_broker_publish(embedded.broker, nullptr) == GN_E_INVALID);
    gn_message message{};
    message.size = 8;
    CHECK(gn_broker_publish(embedded.broker, &message) == GN_E_INVALID);
}

TEST_CASE("a subscription gets retained messages first, then all that match") {
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    Inbox all;
    embedded.subscribe("a/#", all);
    REQUIRE(embedded.publish("a/kept", "1", 1) == GN_OK);
    REQUIRE(all.wait(1));
    Inbox later;
    embedded.subscribe("a/+", later);
    REQUIRE(embedded.publish("b", "other") == GN_OK);
    REQUIRE(embedded.publish("a/x", "2") == GN_OK);
    REQUIRE(later.wait(2));
    CHECK(later.all() == "a/kept=1|a/x=2");
    REQUIRE(all.wait(2));
    CHECK(all.all() == "a/kept=1|a/x=2");
}

TEST_CASE("what clients publish comes too, and properties are read from the packet") {
    Embedded embedded;
    REQUIRE(embedded.add(allow_all(), "allow") == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    Inbox seen;
    const auto receive = [](void* inbox, const gn_publish_view* message, const gn_packet* packet) {
        gn_str type{};
        constexpr uint32_t kContentType = 3;
        const gn_status status = gn_broker_packet_api()->prop_str(packet, kContentType, &type);
        static_cast<Inbox*>(inbox)->put(text(message->payload) + " " +
                                        (status == GN_OK ? text(type) : "none") + " of " +
                                        text(message->origin));
    };
    gn_subscription number = 0;
    REQUIRE(gn_broker_subscribe(embedded.broker, str("t"), receive, &seen, &number) == GN_OK);
    gn_message message{};
    message.size = sizeof message;
    message.topic = str("t");
    message.payload = str("one");
    message.content_type = str("text/plain");
    REQUIRE(gn_broker_publish(embedded.broker, &message) == GN_OK);
    REQUIRE(seen.wait(1));
    RawClient client(embedded.port());
    REQUIRE(client.log_in() == 0);
    client.publish("t", "two");
    REQUIRE(seen.wait(2));
    CHECK(seen.all() == "one text/plain of |two none of x");
}

TEST_CASE("subscriptions hold from before the start and outlast a stop") {
    Embedded embedded;
    Inbox inbox;
    const gn_subscription number = embedded.subscribe("a", inbox);
    for (size_t start = 1; start <= 2; ++start) {
        REQUIRE(embedded.start() == GN_OK);
        REQUIRE(embedded.publish("a", "x") == GN_OK);
        CHECK(inbox.wait(start));
        REQUIRE(embedded.stop() == GN_OK);
    }
    CHECK(gn_broker_unsubscribe(embedded.broker, number) == GN_OK);
    CHECK(gn_broker_unsubscribe(embedded.broker, number) == GN_E_GONE);
    REQUIRE(embedded.start() == GN_OK);
    Inbox other;
    embedded.subscribe("a", other);
    REQUIRE(embedded.publish("a", "x") == GN_OK);
    CHECK(other.wait(1));
    CHECK(inbox.lines().size() == 2);
}

TEST_CASE("subscriptions that cannot be") {
    Embedded embedded;
    gn_subscription number = 0;
    for (const char* filter : {"", "a/#/b", "$share/g/a"})
        CHECK(gn_broker_subscribe(embedded.broker, str(filter), Inbox::receive, nullptr, &number) ==
              GN_E_INVALID);
    CHECK(gn_broker_subscribe(embedded.broker, str("a"), nullptr, nullptr, &number) ==
          GN_E_INVALID);
    CHECK(gn_broker_subscribe(embedded.broker, str("a"), Inbox::receive, nullptr, nullptr) ==
          GN_E_INVALID);
    CHECK(gn_broker_unsubscribe(embedded.broker, 0) == GN_E_GONE);
}

TEST_CASE("without the inline client there is neither") {
    Embedded embedded(settings("inline_client = false\n"));
    REQUIRE(embedded.start() == GN_OK);
    gn_subscription number = 0;
    CHECK(embedded.publish("a", "b") == GN_E_UNSUPPORTED);
    CHECK(gn_broker_subscribe(embedded.broker, str("a"), Inbox::receive, nullptr, &number) ==
          GN_E_UNSUPPORTED);
}

namespace {

// A callback's own world.
struct Actor {
    Embedded embedded;
    Inbox inbox;
    gn_subscription number = 0;
    std::atomic<gn_status> answer{1};
};

}  // namespace

TEST_CASE("a callback publishes and subscribes") {
    Actor actor;
    REQUIRE(actor.embedded.start() == GN_OK);
    const auto receive = [](void* argument, const gn_publish_view* message, const gn_packet*) {
        auto* self = static_cast<Actor*>(argument);
        self->embedded.subscribe("answer", self->inbox);
        self->answer = self->embedded.publish("answer", "to " + text(message->payload));
    };
    REQUIRE(gn_broker_subscribe(actor.embedded.broker, str("ask"), receive, &actor,
                                &actor.number) == GN_OK);
    REQUIRE(actor.embedded.publish("ask", "this") == GN_OK);
    REQUIRE(actor.inbox.wait(1));
    CHECK(actor.inbox.lines()[0] == "answer=to this");
    CHECK(actor.answer == GN_OK);
}

TEST_CASE("a callback that ends its subscription is not called again") {
    Actor actor;
    const auto receive = [](void* argument, const gn_publish_view*, const gn_packet*) {
        auto* self = static_cast<Actor*>(argument);
        self->answer = gn_broker_unsubscribe(self->embedded.broker, self->number);
        self->inbox.put("once");
    };
    REQUIRE(gn_broker_subscribe(actor.embedded.broker, str("a"), receive, &actor, &actor.number) ==
            GN_OK);
    REQUIRE(actor.embedded.start() == GN_OK);
    Inbox rest;
    actor.embedded.subscribe("a", rest);
    for (int i = 0; i < 3; ++i) REQUIRE(actor.embedded.publish("a", "x") == GN_OK);
    REQUIRE(rest.wait(3));
    CHECK(actor.inbox.lines().size() == 1);
    CHECK(actor.answer == GN_OK);
    CHECK(gn_broker_unsubscribe(actor.embedded.broker, actor.number) == GN_E_GONE);
}

TEST_CASE("once unsubscribe has returned, no callback runs or follows") {
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    std::atomic<bool> publishing{true};
    std::thread publisher([&] {
        while (publishing) embedded.publish("a", "x");
    });
    for (int round = 0; round < 20; ++round) {
        auto inbox = std::make_unique<Inbox>();
        const gn_subscription number = embedded.subscribe("a", *inbox);
        CHECK(inbox->wait(1));
        CHECK(gn_broker_unsubscribe(embedded.broker, number) == GN_OK);
        inbox.reset();  // a call that followed would use freed memory
    }
    publishing = false;
    publisher.join();
}

TEST_CASE("several threads publish, each in its order") {
    constexpr int kThreads = 4;
    constexpr int kMessages = 500;
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    Inbox inbox;
    embedded.subscribe("from/#", inbox);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&embedded, thread] {
            const std::string topic = "from/" + std::to_string(thread);
            for (int i = 0; i < kMessages; ++i)
                CHECK(embedded.publish(topic.c_str(), std::to_string(i)) == GN_OK);
        });
    for (std::thread& thread : threads) thread.join();
    REQUIRE(inbox.wait(size_t{kThreads} * kMessages));
    std::vector<int> next(kThreads, 0);
    for (const std::string& line : inbox.lines()) {
        const auto thread = static_cast<size_t>(line[5] - '0');
        REQUIRE(line == "from/" + std::to_string(thread) + "=" + std::to_string(next[thread]));
        ++next[thread];
    }
}

TEST_CASE("a stop in the middle of publishing is no fault") {
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    Inbox inbox;
    embedded.subscribe("a", inbox);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&embedded] {
            while (embedded.publish("a", "x") == GN_OK) continue;
        });
    REQUIRE(inbox.wait(10));
    CHECK(embedded.stop() == GN_OK);
    for (std::thread& thread : threads) thread.join();
    CHECK(embedded.publish("a", "x") == GN_E_STATE);
}
