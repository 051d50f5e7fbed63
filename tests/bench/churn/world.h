#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <random>

#include "socket.h"

namespace grapnel::churn {

using Clock = std::chrono::steady_clock;

// What a broker must not do. The names stand in fault_name().
enum class Fault : uint8_t {
    lost,            // acknowledged, and never there
    duplicated,      // QoS 2 or 0, and there twice
    reordered,       // behind a later one of the same publisher
    unknown,         // nobody sent it
    refused,         // a connection, subscription or message
    forgotten,       // a session that should have been there, or should not
    ended,           // a connection that the broker closed
    stalled,         // an answer that did not come
    farewell,        // a connection that was left or taken over and did not end as it should
    will_missing,    // of a client that vanished
    will_unwanted,   // of a client that said goodbye
    retained_stale,  // older than what was acknowledged before the subscription
};
inline constexpr size_t kFaults = 12;
const char* fault_name(Fault fault);

// What happened so far.
struct Tally {
    uint64_t published = 0;     // to streams, all QoS
    uint64_t acknowledged = 0;  // of those with QoS 1 and 2
    uint64_t withheld = 0;      // due and not sent: window full, or connection away
    uint64_t delivered = 0;
    uint64_t repeated = 0;  // QoS 1, there again
    uint64_t dropped = 0;   // QoS 0, not there
    uint64_t connects = 0;
    uint64_t takeovers = 0;  // among the connects
    uint64_t resumed = 0;    // sessions that were there, among the connects
    uint64_t disconnects = 0;
    uint64_t subscribes = 0;
    uint64_t unsubscribes = 0;
    uint64_t retained = 0;
    uint64_t wills = 0;
    std::array<uint64_t, kFaults> faults{};

    void add(Fault fault, uint64_t count = 1) { faults[static_cast<size_t>(fault)] += count; }
};

// Keeps connections that were left or taken over until the broker closes them, as it must.
class Farewells final : SocketOwner {
public:
    Farewells(Poller& poller, Tally& tally) : poller_(poller), tally_(tally) {}

    // The broker closes it, after DISCONNECT 0x8E if that is asked for.
    void keep(std::unique_ptr<Socket> socket, bool told, Clock::time_point now);
    // Counts and closes those that wait too long.
    void tick(Clock::time_point now);
    bool empty() const { return guests_.empty(); }

private:
    struct Guest {
        std::unique_ptr<Socket> socket;
        bool told;  // waits for DISCONNECT
        Clock::time_point since;
    };

    void on_packet(Socket& socket, const load::Packet& packet) override;
    void on_end(Socket& socket) override;
    std::list<Guest>::iterator find(const Socket& socket);

    Poller& poller_;
    Tally& tally_;
    std::list<Guest> guests_;  // oldest first
};

// What all clients of the program share.
struct World {
    World(uint16_t broker_port, uint64_t seed) : port(broker_port), random(seed) {}

    const uint16_t port;
    std::mt19937_64 random;
    Tally tally;
    Poller poller;
    Farewells farewells{poller, tally};
    Clock::time_point now = Clock::now();  // of this turn

    // 0 … count - 1
    size_t pick(size_t count) { return static_cast<size_t>(random() % count); }
    std::chrono::milliseconds pick_ms(size_t least, size_t most) {
        return std::chrono::milliseconds(least + pick(most - least + 1));
    }
};

// How long an answer of the broker may take, this machine's delays included.
inline constexpr auto kAnswerWithin = std::chrono::seconds(10);

}  // namespace grapnel::churn
