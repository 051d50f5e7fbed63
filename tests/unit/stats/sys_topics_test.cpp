#include "stats/sys_topics.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <thread>

using namespace grapnel;

TEST_CASE("every $SYS topic once, below $SYS/broker/, in a fixed order") {
    const auto first = sys_topics({});
    const auto second = sys_topics({});
    CHECK(first == second);
    std::map<std::string, std::string> seen(first.begin(), first.end());
    CHECK(seen.size() == first.size());
    for (const auto& [topic, value] : first) {
        CHECK(topic.starts_with("$SYS/broker/"));
        CHECK_FALSE(value.empty());
    }
}

TEST_CASE("values come from the totals") {
    Totals totals;
    totals.started_ms = 1'000'500;
    totals.now_ms = 1'061'600;
    totals.sessions = 10;
    totals.clients_connected = 7;
    totals.clients_maximum = 9;
    totals.dropped[static_cast<int>(DropReason::slow_reader)] = 3;
    totals.dropped[static_cast<int>(DropReason::too_large)] = 4;
    totals.connects_refused = 11;
    totals.tls_handshakes = 17;
    totals.tls_handshakes_failed = 18;
    totals.protocol_errors = 12;
    totals.connections_over_rate = 13;
    totals.connections_banned = 14;
    totals.proxies_refused = 15;
    totals.descriptor_wants = 16;
    totals.retained = 5;
    totals.inflight = 6;
    totals.bytes_sent = 18'446'744'073'709'551'615u;
    const auto topics = sys_topics(totals);
    std::map<std::string, std::string> values(topics.begin(), topics.end());
    CHECK(values["$SYS/broker/version"] == kVersion);
    CHECK(values["$SYS/broker/started"] == "1000");
    CHECK(values["$SYS/broker/time"] == "1061");
    CHECK(values["$SYS/broker/uptime"] == "61");
    CHECK(values["$SYS/broker/clients/total"] == "10");
    CHECK(values["$SYS/broker/clients/connected"] == "7");
    CHECK(values["$SYS/broker/clients/disconnected"] == "3");
    CHECK(values["$SYS/broker/clients/maximum"] == "9");
    CHECK(values["$SYS/broker/clients/refused"] == "11");
    CHECK(values["$SYS/broker/clients/protocol_errors"] == "12");
    CHECK(values["$SYS/broker/connections/refused/rate"] == "13");
    CHECK(values["$SYS/broker/connections/refused/banned"] == "14");
    CHECK(values["$SYS/broker/connections/refused/proxy"] == "15");
    CHECK(values["$SYS/broker/connections/out_of_descriptors"] == "16");
    CHECK(values["$SYS/broker/tls/handshakes"] == "17");
    CHECK(values["$SYS/broker/tls/handshakes/failed"] == "18");
    CHECK(values["$SYS/broker/messages/dropped"] == "7");
    CHECK(values["$SYS/broker/messages/dropped/slow_reader"] == "3");
    CHECK(values["$SYS/broker/messages/dropped/too_large"] == "4");
    CHECK(values["$SYS/broker/messages/dropped/offline"] == "0");
    CHECK(values["$SYS/broker/retained"] == "5");
    CHECK(values["$SYS/broker/messages/inflight"] == "6");
    CHECK(values["$SYS/broker/load/bytes/sent"] == "18446744073709551615");
}

TEST_CASE("the process knows its memory and its threads") {
    CHECK(process_memory_bytes() > 100'000);
    const uint64_t before = process_threads();
    CHECK(before >= 1);
    uint64_t during = 0;
    std::thread([&] { during = process_threads(); }).join();
    CHECK(during == before + 1);
}
