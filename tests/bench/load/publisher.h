#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "connection.h"
#include "loop.h"
#include "message.h"

namespace grapnel::load {

// A publishing client: its sequence, its packet ids and its window.
class Publisher {
public:
    struct Limits {
        uint32_t run = 0;
        uint8_t qos = 0;
        size_t inflight = 100;  // unacknowledged messages; the server may allow fewer
        size_t window = 0;      // messages that did not reach all their receivers; 0: no limit
    };

    // Connection and loop outlive the publisher.
    Publisher(Connection& connection, Loop& loop, const Limits& limits);

    // Whether packet ids, window and output have room for one more message.
    bool has_room() const {
        return connection_->unsent() < kOutputBytes && (limits_.qos == 0 || !free_ids_.empty()) &&
               !window_is_full();
    }
    // Requires room. `receivers` deliveries are to come of it.
    void send(const Message& message, uint64_t time_ns, uint32_t receivers);
    // A PUBACK, PUBREC or PUBCOMP; one that is not waited for ends the run. When its message was
    // sent, if that is done with now, else 0.
    uint64_t on_acknowledgement(uint8_t first, uint16_t packet_id);
    // The message reached one more of its receivers.
    void on_delivery(uint64_t sequence);

    bool window_is_full() const {
        return limits_.window != 0 && sent_ - reached_ >= limits_.window;
    }
    // Takes everything sent as delivered, as far as the window goes.
    void open_window();

    uint64_t sent() const { return sent_; }
    size_t unacknowledged() const { return awaited_.size() - free_ids_.size(); }

private:
    static constexpr size_t kOutputBytes = 64 * 1024;  // that wait for the socket, about

    void close_gap();

    Connection* connection_;
    Loop* loop_;
    Limits limits_;
    uint64_t sent_ = 0;     // also the next sequence number
    uint64_t reached_ = 0;  // messages before this one need no place in the window
    std::vector<uint16_t> free_ids_;
    std::vector<uint64_t> sent_ns_;      // by packet id - 1
    std::vector<uint8_t> awaited_;       // by packet id - 1: first byte of the answer; 0: free
    std::vector<uint32_t> undelivered_;  // deliveries to come, a ring by sequence number
};

}  // namespace grapnel::load
