#include "topics/message.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace grapnel;

TEST_CASE("a message owns a copy of what it was made of") {
    std::string topic = "a/b";
    std::string payload("\0\1payload", 9);
    std::string properties = "props";
    std::string origin = "client";
    const Ref<Message> message = Message::create({.topic = topic,
                                                  .payload = payload,
                                                  .properties = properties,
                                                  .origin = origin,
                                                  .key = 77,
                                                  .created_ms = 5,
                                                  .expires_ms = 9,
                                                  .received_us = 123'456'789'012'345,
                                                  .qos = 2,
                                                  .retain = true,
                                                  .expiry_announced = true});
    topic = payload = properties = origin = "overwritten";

    for (const MessageView& view : {message->view(), Message::create(message->view())->view()}) {
        CHECK(view.key == 77);
        CHECK(view.created_ms == 5);
        CHECK(view.expires_ms == 9);
        CHECK(view.received_us == 123'456'789'012'345);
        CHECK(view.qos == 2);
        CHECK(view.retain);
        CHECK(view.expiry_announced);
    }
    CHECK(message->topic() == "a/b");
    CHECK(message->payload() == Bytes("\0\1payload", 9));
    CHECK(message->properties() == "props");
    CHECK(message->origin() == "client");
    CHECK(message->view().payload.data() == message->payload().data());
    CHECK(message->footprint() == sizeof(Message) + 3 + 9 + 5 + 6);
}

TEST_CASE("an empty message") {
    const Ref<Message> message = Message::create({});
    CHECK(message->topic().empty());
    CHECK(message->payload().empty());
    CHECK(message->footprint() == sizeof(Message));
    CHECK_FALSE(message->expired(1'000'000));
}

TEST_CASE("a message expires at its time, not before") {
    MessageView view;
    view.expires_ms = 100;
    const Ref<Message> message = Message::create(view);
    CHECK_FALSE(message->expired(99));
    CHECK(message->expired(100));
    CHECK(message->expired(101));
}

TEST_CASE("references from many threads") {
    MessageView view;
    view.topic = "t";
    view.payload = "p";
    const Ref<Message> message = Message::create(view);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([copy = message] {
            for (int round = 0; round < 10'000; ++round) {
                const Ref<const Message> other = copy;
                if (other->topic() != "t") std::abort();
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(message->payload() == "p");
}
