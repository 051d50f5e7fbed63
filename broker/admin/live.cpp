#include "admin/live.h"

#include <utility>

#include "admin/api.h"
#include "base/assert.h"
#include "net/ticker.h"
#include "net/wake_call.h"

namespace grapnel {

namespace {

Json json_of(const LogRing::Line& line) {
    return {{"time_ms", line.time_ms},
            {"level", name_of(line.level)},
            {"module", line.module},
            {"text", line.text}};
}

// Those behind that number.
std::string events_of(const std::vector<LogRing::Line>& lines, uint64_t number) {
    std::string events;
    for (const LogRing::Line& line : lines) {
        if (line.number <= number) continue;
        const std::string data = json_of(line).dump(-1, ' ', false, Json::error_handler_t::replace);
        events += event_text("log", data);
    }
    return events;
}

}  // namespace

Live::Live(Broker& broker) : log_(log_target()), sampler_(broker), ring_([this] { wake_->ask(); }) {
    uv_loop_t* const loop = broker.uv_loop(broker.worker_count());
    wake_ = WakeCall::start(loop, [this] { send_log(); });
    ticker_ = Ticker::start(loop, kStep_ms, [this] { step(); });
    log_.tap(&ring_);
}

Live::~Live() { GN_ASSERT(wake_ == nullptr); }

void Live::close() {
    if (wake_ == nullptr) return;
    log_.tap(nullptr);
    std::exchange(wake_, nullptr)->stop();
    std::exchange(ticker_, nullptr)->stop();
}

void Live::stream(EventStreams::Wants wants, const HttpAnswer& answer) {
    const std::vector<LogRing::Line> lines = ring_.after(0);
    send(lines);
    streams_.open(wants, events_of(lines, 0), answer);
}

void Live::step() {
    streams_.sweep();
    std::string sample = sampler_.take();
    if (!streams_.empty()) streams_.send_sample(event_text("sample", sample));
    history_.add(std::move(sample));
    if (++steps_ % kHeartbeat_steps == 0) streams_.send_heartbeat();
}

void Live::send_log() { send(ring_.after(sent_)); }

void Live::send(const std::vector<LogRing::Line>& lines) {
    const std::string events = events_of(lines, sent_);
    if (events.empty()) return;
    sent_ = lines.back().number;
    streams_.send_log(events);
}

}  // namespace grapnel
