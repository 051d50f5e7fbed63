#pragma once

#include <cstdint>
#include <vector>

#include "admin/event_streams.h"
#include "admin/history.h"
#include "admin/log_ring.h"
#include "admin/sampler.h"
#include "server/broker.h"

namespace grapnel {

class Ticker;
class WakeCall;

// What an operator watches: the history of the last minutes, the end of the log, and the streams
// that go on with both. Main thread, but for what says otherwise.
class Live {
public:
    // Begins to sample, and to listen to the log of the calling thread, on the broker's main loop.
    explicit Live(Broker& broker);
    // Requires: close() was called.
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    // Before the loop ends.
    void close();

    // Any thread.
    const History& history() const { return history_; }
    // Answers with a stream of events, the end of the log first.
    void stream(EventStreams::Wants wants, const HttpAnswer& answer);

private:
    static constexpr uint64_t kStep_ms = 1000;
    static constexpr unsigned kHeartbeat_steps = 15;

    void step();
    void send_log();
    // Of these, what the streams do not have yet.
    void send(const std::vector<LogRing::Line>& lines);

    LogTarget& log_;
    Sampler sampler_;
    History history_;
    EventStreams streams_;
    uint64_t sent_ = 0;  // number of the last line of the log that streams have
    unsigned steps_ = 0;
    WakeCall* wake_ = nullptr;
    Ticker* ticker_ = nullptr;
    LogRing ring_;
};

}  // namespace grapnel
