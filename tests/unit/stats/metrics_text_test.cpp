#include "stats/metrics_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <vector>

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
    lag.observe(19'000'000);
    MetricsSnapshot snapshot;
    snapshot.workers.push_back({lag.totals(), 4});
    snapshot.workers.push_back({{}, 5});
    Histogram latency;
    latency.observe(15);
    snapshot.delivery_latency = latency.totals();
    const std::string text = rendered(snapshot);
    for (const char* line :
         {"grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"5e-05\"} 1",
          "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"1e-04\"} 2",
          "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"10\"} 2",
          "grapnel_loop_lag_seconds_bucket{worker=\"0\",le=\"+Inf\"} 3",
          "grapnel_loop_lag_seconds_sum{worker=\"0\"} 19.000101",
          "grapnel_loop_lag_seconds_count{worker=\"0\"} 3",
          "grapnel_loop_lag_seconds_count{worker=\"1\"} 0",
          "grapnel_mailbox_batches_total{worker=\"1\"} 5", "grapnel_workers 2",
          "grapnel_commit_latency_seconds_count 0", "grapnel_delivery_latency_seconds_count 1",
          "grapnel_delivery_latency_seconds_bucket{le=\"2e-05\"} 1",
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

TEST_CASE("listeners stand under their id") {
    MetricsSnapshot snapshot;
    MetricsSnapshot::Listener& tcp = snapshot.listeners.emplace_back();
    tcp.id = "tcp";
    tcp.clients = 3;
    tcp.accepted = 14;
    MetricsSnapshot::Listener& other = snapshot.listeners.emplace_back();
    other.id = "a \"b\"";
    other.clients = 1;
    other.accepted = 2;
    const std::string text = rendered(snapshot);
    CHECK(has_line(text, "grapnel_listener_clients{listener=\"tcp\"} 3"));
    CHECK(has_line(text, "grapnel_listener_connections_total{listener=\"tcp\"} 14"));
    CHECK(has_line(text, "grapnel_listener_clients{listener=\"a \\\"b\\\"\"} 1"));
}

TEST_CASE("all that is totalled is shown") {
    // A number of its own in every field; the sums that go back to earlier lives are left out, for
    // what adds to them in this life stands by its type.
    constexpr size_t kFields = sizeof(Totals) / sizeof(uint64_t);
    static_assert(kFields * sizeof(uint64_t) == sizeof(Totals));
    std::array<uint64_t, kFields> numbers;
    for (size_t i = 0; i < kFields; ++i) numbers[i] = 7'000'000'000 + 1'000 * i;
    MetricsSnapshot snapshot;
    std::memcpy(static_cast<void*>(&snapshot.totals), numbers.data(), sizeof(Totals));
    const std::string text = rendered(snapshot);
    const Totals& totals = snapshot.totals;
    const std::vector<const void*> elsewhere = {&totals.packets_received,
                                                &totals.packets_sent,
                                                &totals.messages_received,
                                                &totals.messages_sent,
                                                &totals.packets_received_by_type[0],
                                                &totals.packets_sent_by_type[0],
                                                &totals.started_ms,
                                                &totals.now_ms};
    for (size_t i = 0; i < kFields; ++i) {
        const void* const field = reinterpret_cast<const uint64_t*>(&totals) + i;
        if (std::find(elsewhere.begin(), elsewhere.end(), field) != elsewhere.end()) continue;
        CAPTURE(i);
        CHECK(text.find(" " + std::to_string(numbers[i]) + "\n") != std::string::npos);
    }
}
