#include "server/restoration.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>

#include "stored_records.h"
#include "worker_fixture.h"

using namespace grapnel;

namespace {

constexpr size_t kMany = 5000;  // more than workers may have untaken

void give_many(Restoration& restoration) {
    for (size_t i = 0; i < kMany; ++i) restoration.client(stored_client("c" + std::to_string(i)));
    for (size_t i = 0; i < kMany; ++i)
        restoration.message(stored_message("c" + std::to_string(i), i + 1, 0));
}

}  // namespace

TEST_CASE("records come to the worker that is home to their client") {
    TestWorkers workers(3);
    Restoration restoration(workers.core);
    for (int i = 0; i < 100; ++i) restoration.client(stored_client("c" + std::to_string(i)));
    for (int i = 0; i < 100; ++i)
        restoration.subscription(stored_subscription("c" + std::to_string(i), "t"));
    restoration.flush();
    for (uint16_t index = 0; index < 3; ++index) workers.turn(index);
    size_t sessions = 0;
    for (uint16_t index = 0; index < 3; ++index) {
        sessions += workers[index].sessions.size();
        CHECK(restoration.at(workers[index]).totals().unknown == 0);
        workers[index].sessions.for_each([&](Session& session) {
            CHECK(&workers.core.home_of(session.info.id.bytes()) == &workers[index]);
            CHECK(session.subscriptions.size() == 1);
        });
    }
    CHECK(sessions == 100);
}

TEST_CASE("a worker that takes nothing holds nobody up for ever, and loses nothing") {
    TestWorkers workers(2);
    Restoration restoration(workers.core);
    give_many(restoration);
    restoration.flush();
    for (uint16_t index = 0; index < 2; ++index) workers.turn(index);
    CHECK(workers[0].sessions.size() + workers[1].sessions.size() == kMany);
    const uint64_t messages =
        restoration.at(workers[0]).totals().messages + restoration.at(workers[1]).totals().messages;
    CHECK(messages == kMany);
}

TEST_CASE("batches are taken while others are given") {
    TestWorkers workers(2);
    Restoration restoration(workers.core);
    workers.start();
    give_many(restoration);
    restoration.flush();
    std::atomic<size_t> messages = 0;
    std::latch taken(2);
    for (const auto& worker : workers.core.workers)
        worker->loop.post([&, w = worker.get()] {
            messages += restoration.at(*w).totals().messages;
            taken.count_down();
        });
    taken.wait();
    CHECK(messages == kMany);
}

TEST_CASE("keys of new messages begin above those that were given") {
    TestWorkers workers;
    Restoration restoration(workers.core);
    restoration.client(stored_client("a"));
    restoration.message(stored_message("a", 1000, 0));
    MessageView view;
    view.topic = "kept";
    view.payload = "p";
    view.key = 2000;
    restoration.retained(Message::create(view));
    restoration.flush();
    workers.turn(0);
    restoration.at(workers[0]).finish();
    CHECK(workers[0].next_message_key() > 2000);
    CHECK(workers.core.retained.find("kept")->key() == 2000);
}

TEST_CASE("a retained message whose time is up does not come back") {
    TestWorkers workers;
    Restoration restoration(workers.core);
    MessageView view;
    view.topic = "t";
    view.payload = "p";
    view.expires_ms = 1;
    restoration.retained(Message::create(view));
    CHECK(workers.core.retained.size() == 0);
}
