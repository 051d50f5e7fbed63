#include "server/session_restore.h"

#include <doctest/doctest.h>

#include "stored_records.h"
#include "worker_fixture.h"

using namespace grapnel;

namespace {

std::vector<uint64_t> queued(Session& session) {
    std::vector<uint64_t> orders;
    Ring<Delivery>& queue = session.outbound->queue;
    for (size_t i = 0; i < queue.size(); ++i) orders.push_back(queue[i].order);
    return orders;
}

std::vector<uint64_t> in_flight(Session& session) {
    std::vector<uint64_t> orders;
    Inflight& inflight = session.outbound->inflight;
    for (uint16_t id = inflight.first(); id != 0; id = inflight.next(id))
        orders.push_back(inflight.find(id)->delivery.order);
    return orders;
}

}  // namespace

TEST_CASE("messages of a client are in their order, whatever order they come in") {
    TestWorkers workers;
    SessionRestore restore(workers[0]);
    RestoreBatch batch;
    batch.clients = {stored_client("a"), stored_client("b")};
    restore.apply(batch);
    RestoreBatch first;
    for (const uint64_t order : {9u, 5u, 7u})
        first.messages.push_back(stored_message("a", order, 0));
    for (const uint64_t order : {1u, 2u}) first.messages.push_back(stored_message("b", order, 0));
    RestoreBatch second;
    second.messages.push_back(stored_message("a", 6, 0));
    second.messages.push_back(stored_message("a", 2, 3));
    second.messages.push_back(stored_message("a", 3, 1));
    second.messages.push_back(stored_message("a", 1, 2));
    restore.apply(first);
    restore.apply(second);
    restore.finish();
    Session& session = *workers[0].sessions.find("a");
    CHECK(queued(session) == std::vector<uint64_t>{5, 6, 7, 9});
    CHECK(in_flight(session) == std::vector<uint64_t>{1, 2, 3});
    CHECK(session.next_order == 10);
    CHECK(session.outbound->queued_bytes ==
          4 * session.outbound->queue.front().message->footprint());
    CHECK(queued(*workers[0].sessions.find("b")) == std::vector<uint64_t>{1, 2});
    CHECK(restore.totals().messages == 9);
}

TEST_CASE("records that fit nowhere are counted") {
    TestWorkers workers;
    SessionRestore restore(workers[0]);
    RestoreBatch batch;
    batch.clients = {stored_client("a"), stored_client("a")};
    batch.subscriptions = {stored_subscription("a", "x/#"), stored_subscription("nobody", "x")};
    batch.messages = {stored_message("nobody", 1, 0), stored_message("a", 1, 8),
                      stored_message("a", 2, 8)};
    restore.apply(batch);
    restore.finish();
    CHECK(restore.totals().clients == 1);
    CHECK(restore.totals().subscriptions == 1);
    CHECK(restore.totals().messages == 1);
    CHECK(restore.totals().unknown == 2);
    CHECK(restore.totals().twice == 2);
}

TEST_CASE("a subscription given twice has the options of the second") {
    TestWorkers workers;
    SessionRestore restore(workers[0]);
    RestoreBatch batch;
    batch.clients = {stored_client("a")};
    batch.subscriptions = {stored_subscription("a", "x"), stored_subscription("a", "x")};
    batch.subscriptions[1].options.qos = 2;
    restore.apply(batch);
    int qos = 0;
    workers[0].sessions.find("a")->subscriptions.for_each(
        [&](const Subscriptions::Entry& entry) { qos = entry.options.qos; });
    CHECK(qos == 2);
    CHECK(restore.totals().subscriptions == 1);
}

TEST_CASE("what a client has received and not released, and PUBREL without a body, come back") {
    TestWorkers workers;
    SessionRestore restore(workers[0]);
    RestoreBatch batch;
    batch.clients = {stored_client("a")};
    StoredMessage received;
    received.client_id = "a";
    received.type = mqtt::PacketType::pubrec;
    received.packet_id = 77;
    StoredMessage released = received;
    released.type = mqtt::PacketType::pubrel;
    released.packet_id = 5;
    released.key = 123;
    batch.messages = {received, released};
    restore.apply(batch);
    Session& session = *workers[0].sessions.find("a");
    CHECK(session.received.contains(77));
    const Inflight::Entry* entry = session.outbound->inflight.find(5);
    REQUIRE(entry != nullptr);
    CHECK(entry->state == Inflight::State::pubrel);
    CHECK(entry->key == 123);
    CHECK(entry->delivery.qos == 2);
}
