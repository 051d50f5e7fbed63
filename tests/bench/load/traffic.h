#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "clients.h"
#include "latencies.h"
#include "message.h"
#include "options.h"
#include "plan.h"
#include "publisher.h"
#include "report.h"
#include "tally.h"

namespace grapnel::load {

// Publishers and subscribers at work as a plan says.
class Traffic final : private ClientEvents {
public:
    // Connects everybody and subscribes. Options and plan outlive the traffic. The window is that
    // of a subscriber: those who publish to it share it.
    Traffic(const Options& options, const Plan& plan, size_t window);

    // Publishes as fast as windows, packet ids and sockets allow.
    void publish_for(double seconds);

    // For publishing on a schedule: one message, sent by the next turn. Requires room.
    bool has_room(size_t publisher) const { return publishers_[publisher].has_room(); }
    void publish(size_t publisher, uint64_t time_ns);
    // Serves the sockets without waiting.
    void turn() { clients_.turn(0); }
    // From now on, records how long each delivery took of what is published from now on.
    void record(Latencies& latencies);
    // From now on, records how long each message waited for its last acknowledgement.
    void record_acknowledgements(Latencies& latencies) { acknowledgements_ = &latencies; }
    void stop_recording() { latencies_ = acknowledgements_ = nullptr; }

    // Waits until everything has arrived and was acknowledged, or nothing moves any more, and then
    // for what may still come twice.
    void drain();

    uint64_t delivered() const { return tally_.delivered(); }
    const Loop& loop() const { return clients_.loop(); }
    void write_to(Report& report) const;

private:
    void on_delivery(Connection& subscriber, std::string_view payload, bool retained) override;
    void on_acknowledgement(Connection& publisher, uint8_t first, uint16_t packet_id) override;

    void fill(size_t publisher);
    bool anyone_has_room() const;
    bool stands_still();
    size_t unacknowledged() const;

    const Options& options_;
    const Plan& plan_;
    Clients clients_;
    std::vector<Publisher> publishers_;
    std::vector<Message> messages_;  // by topic
    Tally tally_;
    Latencies* latencies_ = nullptr;
    Latencies* acknowledgements_ = nullptr;
    std::vector<uint64_t> recorded_from_;  // by publisher, the first sequence number

    uint64_t expected_ = 0;   // deliveries
    uint64_t corrupt_ = 0;    // deliveries of what nobody sent
    uint64_t movements_ = 0;  // deliveries and acknowledgements
    uint64_t movements_seen_ = 0;
    uint64_t moved_ns_ = 0;
    uint64_t standstills_ = 0;
};

}  // namespace grapnel::load
