#include "stats/metrics_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace grapnel;

namespace {

bool has_line(const std::string& text, const std::string& wanted) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line))
        if (line == wanted) return true;
    return false;
}

std::string rendered(const MetricsSnapshot& snapshot) {
    std::string text;
    render_metrics(text, snapshot);
    return text;
}

}  // namespace

TEST_CASE("counts stand under their names and labels") {
    MetricsSnapshot snapshot;
    Totals& totals = snapshot.totals;
    totals.clients_connected = 3;
    totals.bytes_sent = 77;
    totals.packets_received_by_type[12] = 5;
    totals.packets_sent_by_type[3] = 6;
    totals.messages_received_by_qos[2] = 7;
    totals.dropped[static_cast<int>(DropReason::slow_reader)] = 8;
    totals.queued = 9;
    totals.started_ms = 1500;
    snapshot.descriptors = 10;
    const std::string text = rendered(snapshot);
    for (const char* line :
         {"grapnel_clients_connected 3", "grapnel_network_bytes_total{direction=\"sent\"} 77",
          "grapnel_packets_total{direction=\"received\",type=\"pingreq\"} 5",
          "grapnel_packets_total{direction=\"sent\",type=\"publish\"} 6",
          "grapnel_messages_total{direction=\"received\",qos=\"2\"} 7",
          "grapnel_messages_dropped_total{reason=\"slow_reader\"} 8", "grapnel_messages_queued 9",
          "grapnel_start_time_seconds 1.5", "grapnel_open_fds 10",
          "# TYPE grapnel_packets_total counter", "# TYPE grapnel_messages_queued gauge"}) {
        CAPTURE(std::string(line));
        CHECK(has_line(text, line));
    }
    CHECK(text.find("type=\"\"") == std::string::npos);
    CHECK(text.back() == '\n');
}

TEST_CASE("a histogram adds up from bound to bound, apart for each worker") {
    Histogram lag;
    lag.observe(50);
    lag.observe(51);
    lag.observe(9'000'000);
    MetricsSnapshot snapshot;
    snapshot.workers.push_back({lag.totals(), 4});
    snapshot.workers.push_back({{}, 5});
    const std::string text = rendered(snapshot);
    for (const char* line : {"grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"5e-05\"} 1",
                             "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"1e-04\"} 2",
                             "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"2.5\"} 2",
                             "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"+Inf\"} 3",
                             "grapnel_loop_lag_seconds_sum{worker=\"0\"} 9.000101",
                             "grapnel_loop_lag_seconds_count{worker=\"0\"} 3",
                             "grapnel_loop_lag_seconds_count{worker=\"1\"} 0",
                             "grapnel_mailbox_batches_total{worker=\"1\"} 5", "grapnel_workers 2",
                             "grapnel_commit_latency_seconds_count 0",
                             "grapnel_commit_latency_seconds_bucket{le=\"+Inf\"} 0"}) {
        CAPTURE(std::string(line));
        CHECK(has_line(text, line));
    }
}

TEST_CASE("each family is announced once, and each sample belongs to the one before it") {
    MetricsSnapshot snapshot;
    snapshot.workers.resize(2);
    std::istringstream lines(rendered(snapshot));
    std::string line, family;
    std::vector<std::string> seen;
    while (std::getline(lines, line)) {
        if (line.rfind("# HELP ", 0) == 0) {
            family = line.substr(7, line.find(' ', 7) - 7);
            CHECK(std::find(seen.begin(), seen.end(), family) == seen.end());
            seen.push_back(family);
        } else if (line.rfind("# TYPE ", 0) == 0) {
            CHECK(line.rfind("# TYPE " + family + " ", 0) == 0);
        } else {
            CHECK(line.rfind(family, 0) == 0);
        }
    }
    CHECK(seen.size() > 20);
}
