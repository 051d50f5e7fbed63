#include "stats/counters.h"

#include <doctest/doctest.h>

#include <thread>

using namespace grapnel;

TEST_CASE("a counter counts up, down and is set") {
    Counter counter;
    CHECK(counter.get() == 0);
    counter.add();
    counter.add(10);
    counter.subtract();
    CHECK(counter.get() == 10);
    counter.subtract(4);
    CHECK(counter.get() == 6);
    counter.set(99);
    CHECK(counter.get() == 99);
}

TEST_CASE("readers see a counter grow only") {
    constexpr uint64_t kMost = 200'000;
    Counter counter;
    std::thread writer([&] {
        for (uint64_t i = 0; i < kMost; ++i) counter.add();
    });
    uint64_t last = 0;
    while (last < kMost) {
        const uint64_t now = counter.get();
        REQUIRE(now >= last);
        last = now;
    }
    writer.join();
    CHECK(counter.get() == kMost);
}

TEST_CASE("drops count under their reason") {
    Counters counters;
    counters.drop(DropReason::expired);
    counters.drop(DropReason::session_ended, 5);
    Totals totals;
    totals.add(counters);
    CHECK(totals.dropped[static_cast<int>(DropReason::expired)] == 1);
    CHECK(totals.dropped[static_cast<int>(DropReason::session_ended)] == 5);
    CHECK(totals.dropped[static_cast<int>(DropReason::queue_full)] == 0);
    CHECK(totals.dropped_total() == 6);
}

TEST_CASE("totals are the sum over workers") {
    Counters workers[2];
    uint64_t amount = 1;
    for (Counters& each : workers) {
        for (Counter* counter :
             {&each.bytes_received, &each.bytes_sent, &each.packets_received[1],
              &each.packets_sent[15], &each.messages_received[0], &each.messages_sent[2],
              &each.clients_connected, &each.sessions, &each.inflight, &each.inflight_dropped,
              &each.subscriptions, &each.connects_refused, &each.protocol_errors,
              &each.store_failures})
            counter->add(amount++);
    }
    Totals totals;
    for (const Counters& each : workers) totals.add(each);
    uint64_t expected = 16;
    for (const uint64_t total :
         {totals.bytes_received, totals.bytes_sent, totals.packets_received, totals.packets_sent,
          totals.messages_received, totals.messages_sent, totals.clients_connected, totals.sessions,
          totals.inflight, totals.inflight_dropped, totals.subscriptions, totals.connects_refused,
          totals.protocol_errors, totals.store_failures}) {
        CHECK(total == expected);
        expected += 2;
    }
    CHECK(totals.dropped_total() == 0);
}
