#include "stats/sys_info.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("sysinfo has the fields that scripts know") {
    Totals totals;
    totals.started_ms = 1'000;
    totals.now_ms = 61'000;
    totals.sessions = 5;
    totals.clients_connected = 2;
    totals.dropped[0] = 3;
    const std::string json = sys_info_json(totals);
    for (const char* name : {"version",
                             "started",
                             "time",
                             "uptime",
                             "bytes_received",
                             "bytes_sent",
                             "clients_connected",
                             "clients_disconnected",
                             "clients_maximum",
                             "clients_total",
                             "messages_received",
                             "messages_sent",
                             "messages_dropped",
                             "retained",
                             "inflight",
                             "inflight_dropped",
                             "subscriptions",
                             "packets_received",
                             "packets_sent",
                             "memory_alloc",
                             "threads"}) {
        CAPTURE(name);
        CHECK(json.find(std::string("\t\"") + name + "\": ") != std::string::npos);
    }
    CHECK(json.find("\"uptime\": 60,") != std::string::npos);
    CHECK(json.find("\"clients_disconnected\": 3,") != std::string::npos);
    CHECK(json.find("\"messages_dropped\": 3,") != std::string::npos);
}
