#include "hooks/stored_in.h"

#include <doctest/doctest.h>

#include "hooks/abi.h"

using namespace grapnel;

namespace {

// A record and the message that it is of.
struct Record {
    Record(Bytes client, uint64_t key, uint8_t qos) {
        message.size = sizeof message;
        message.topic = to_abi("t");
        message.payload = to_abi("payload");
        message.qos = qos;
        stored.size = sizeof stored;
        stored.client_id = to_abi(client);
        stored.key = key;
        stored.message = &message;
    }

    gn_message message{};
    gn_stored_message stored{};
};

}  // namespace

TEST_CASE("records of one message key share one body, each with a QoS and a flag of its own") {
    StoredMessages messages;
    Record first("a", 7, 1);
    Record second("b", 7, 2);
    second.message.retain = 1;
    StoredMessage one;
    StoredMessage other;
    CHECK(messages.read(&first.stored, one) == GN_OK);
    CHECK(messages.read(&second.stored, other) == GN_OK);
    CHECK(one.message.get() == other.message.get());
    CHECK(one.qos == 1);
    CHECK(other.qos == 2);
    CHECK_FALSE(one.retain);
    CHECK(other.retain);
}

TEST_CASE("messages without a key share nothing") {
    StoredMessages messages;
    Record record("a", 0, 1);
    StoredMessage one;
    StoredMessage other;
    CHECK(messages.read(&record.stored, one) == GN_OK);
    CHECK(messages.read(&record.stored, other) == GN_OK);
    CHECK(one.message.get() != other.message.get());
}

TEST_CASE("a retained message keeps its QoS, whatever that of a delivery of it was") {
    StoredMessages messages;
    Record delivery("a", 7, 1);
    StoredMessage stored;
    REQUIRE(messages.read(&delivery.stored, stored) == GN_OK);
    for (const uint8_t qos : {uint8_t{1}, uint8_t{2}}) {
        Record record("", 7, qos);
        Ref<Message> retained;
        REQUIRE(messages.read_retained(&record.stored, retained) == GN_OK);
        CHECK(retained->qos() == qos);
        CHECK((retained.get() == stored.message.get()) == (qos == 1));
    }
}

TEST_CASE("records that make no sense are refused") {
    StoredMessages messages;
    StoredMessage out;
    Ref<Message> retained;
    Record record("a", 1, 1);
    CHECK(messages.read_retained(&record.stored, retained) == GN_E_INVALID);
    record.message.qos = 3;
    CHECK(messages.read(&record.stored, out) == GN_E_INVALID);
    record.message.qos = 1;
    record.stored.type = 4;
    CHECK(messages.read(&record.stored, out) == GN_E_INVALID);
    record.stored.type = 3;
    record.message.topic = to_abi("a/#");
    CHECK(messages.read(&record.stored, out) == GN_E_INVALID);
    record.stored.message = nullptr;
    CHECK(messages.read(&record.stored, out) == GN_E_INVALID);
    record.stored.type = 6;
    CHECK(messages.read(&record.stored, out) == GN_OK);
    record.stored.client_id = to_abi("");
    CHECK(messages.read(&record.stored, out) == GN_E_INVALID);
    CHECK(messages.read(nullptr, out) == GN_E_INVALID);
    StoredClient client;
    CHECK(read_stored(static_cast<const gn_stored_client*>(nullptr), client) == GN_E_INVALID);
}
