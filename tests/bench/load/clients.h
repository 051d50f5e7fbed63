#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "loop.h"
#include "options.h"
#include "packet.h"

namespace grapnel::load {

// What a scenario wants to know about. The views are valid during the call.
class ClientEvents {
public:
    virtual void on_delivery(Connection& subscriber, std::string_view payload, bool retained) = 0;
    // A PUBACK, PUBREC or PUBCOMP; refusals are not told, they end the run.
    virtual void on_acknowledgement(Connection& publisher, uint8_t first, uint16_t packet_id) = 0;

protected:
    ~ClientEvents() = default;
};

// The clients of one run, as far as MQTT goes: they connect, subscribe, acknowledge what they get,
// and keep their connections alive. A refusal, or no answer in time, ends the run.
class Clients final : private Loop::Listener {
public:
    // Both outlive the clients.
    Clients(const Options& options, ClientEvents& events);

    // Opens connections and waits until all are accepted; they belong to this object. Those of a
    // role are numbered from 0 on.
    std::vector<Connection*> connect(Role role, size_t count);
    // Sends what subscribing takes; wait_subscribed waits for all that was sent.
    void subscribe(Connection& connection, std::span<const std::string> filters);
    void wait_subscribed();
    // Returns when the broker has read all that was sent before, and everything that it had queued
    // for these clients until then has arrived.
    void exchange_pings();
    // A turn of the loop.
    void turn(int wait_ms);
    void turn_for(double seconds);
    void wait_until(const std::function<bool()>& reached, const char* what);

    Loop& loop() { return loop_; }
    const Loop& loop() const { return loop_; }

private:
    void on_packet(Connection& connection, const Packet& packet) override;
    void on_publish(Connection& connection, const Packet& packet);
    void on_acknowledgement(Connection& connection, const Packet& packet);
    void open(Role role, size_t number);
    void ping_all();

    const Options& options_;
    ClientEvents& events_;
    // Behind the connections, which outlive it.
    std::vector<std::unique_ptr<Connection>> connections_;
    Loop loop_;
    size_t accepted_ = 0;
    uint16_t next_subscribe_id_ = 1;
    size_t unanswered_subscribes_ = 0;
    size_t unanswered_pings_ = 0;
    uint64_t pinged_ns_ = 0;
};

}  // namespace grapnel::load
