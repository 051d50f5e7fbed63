#pragma once

#include <cstdint>

#include "stats/counter.h"
#include "stats/histogram.h"

namespace grapnel {

// Why a message was not delivered to a receiver that wanted it.
enum class DropReason : uint8_t {
    queue_full,    // the session's queue limit (maximum_queued_*)
    slow_reader,   // QoS 0 beyond the connection's output limit (maximum_client_*_pending)
    expired,       // message expiry passed while it waited
    too_large,     // above the client's Maximum Packet Size
    offline,       // QoS 0 for a session without connection that wanted it
    session_ended  // still queued or inflight when its session ended
};
inline constexpr int kDropReasons = 6;
// In words, as in topics and labels.
inline constexpr const char* kDropNames[kDropReasons] = {
    "queue_full", "slow_reader", "expired", "too_large", "offline", "session_ended"};

inline constexpr int kPacketTypes = 16;  // 0 is none
inline constexpr int kQosLevels = 3;

// One worker's counters. Written by its loop thread, read by any.
struct Counters {
    Counter bytes_received, bytes_sent;
    Counter packets_received[kPacketTypes], packets_sent[kPacketTypes];  // by their type
    Counter messages_received[kQosLevels], messages_sent[kQosLevels];    // PUBLISH packets, by QoS
    Counter dropped[kDropReasons];
    Counter clients_connected;  // established now
    Counter sessions;           // with and without connection
    Counter inflight;           // QoS > 0 deliveries awaiting their last acknowledgement, now
    Counter inflight_dropped;
    Counter queued;            // messages that wait in sessions, now
    Counter subscriptions;     // now
    Counter connects_refused;  // answered by a CONNACK that says no
    Counter protocol_errors;   // packets that broke the format or a rule
    Counter store_failures;    // commits that failed
    // Closed before anything was read, but for the header of a proxy.
    Counter connections_over_rate, connections_banned, proxies_refused;
    Counter requests_unreadable;  // connections of ws and http that ended without a request
    Counter mail_batches;         // handed to other workers
    Histogram loop_lag;           // how long a turn kept what came meanwhile waiting
    Histogram commit_latency;  // of commits that this worker ended, from being asked to the answer
    // Of messages written here: from the beginning of the turn in which some worker took their
    // PUBLISH to the end of the one in which they were written.
    Histogram delivery_latency;

    void drop(DropReason reason, uint64_t count = 1) {
        dropped[static_cast<int>(reason)].add(count);
    }
};

// A sum over workers at one moment: what $SYS and on_sys_info_tick show.
struct Totals {
    uint64_t bytes_received = 0, bytes_sent = 0, packets_received = 0, packets_sent = 0,
             messages_received = 0, messages_sent = 0, dropped[kDropReasons] = {}, queued = 0,
             clients_connected = 0, sessions = 0, clients_maximum = 0, inflight = 0,
             inflight_dropped = 0, subscriptions = 0, retained = 0, memory_bytes = 0, threads = 0,
             connects_refused = 0, protocol_errors = 0, store_failures = 0,
             store_failing = 0,  // 1: the last commit failed
        connections_over_rate = 0, connections_banned = 0, proxies_refused = 0,
             requests_unreadable = 0,
             descriptor_wants = 0,  // times without file descriptors
        tls_handshakes = 0, tls_handshakes_failed = 0,
             admin_refused = 0;  // requests of operators
    // Of this life alone: what adds to the sums above.
    uint64_t packets_received_by_type[kPacketTypes] = {}, packets_sent_by_type[kPacketTypes] = {},
             messages_received_by_qos[kQosLevels] = {}, messages_sent_by_qos[kQosLevels] = {};
    int64_t started_ms = 0, now_ms = 0;

    void add(const Counters& counters);
    uint64_t dropped_total() const;
};

}  // namespace grapnel
