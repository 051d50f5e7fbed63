#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace grapnel::load {

enum class Mode { kThroughput, kLatency, kConnections, kRetained, kWildcards };

// Who gets whose messages.
enum class Topology {
    kPairs,   // subscriber N those of publisher N
    kFanout,  // every subscriber those of the only publisher
    kFanin,   // the only subscriber those of every publisher
    kAll,     // every subscriber those of every publisher
};

struct Options {
    Mode mode = Mode::kThroughput;
    uint32_t run =
        0;  // of this process alone: begins client ids and topics, and stands in payloads
    uint16_t port = 0;
    pid_t broker = 0;        // its CPU time and memory are measured; 0: they are not
    bool v5 = false;         // MQTT 5 instead of 3.1.1
    bool tls = false;        // the port speaks TLS
    bool websocket = false;  // the port speaks WebSocket, at /mqtt
    bool lasting = false;    // subscribers have sessions that outlive their connections

    Topology topology = Topology::kPairs;
    size_t publishers = 10;
    size_t subscribers = 10;
    uint8_t qos = 0;        // of publishing and of subscribing
    size_t payload = 64;    // bytes
    size_t window = 500;    // undelivered messages per subscriber; 0: no limit but the socket's
    size_t inflight = 100;  // unacknowledged messages per publisher
    size_t batch = 0;       // messages of a publisher per write; 0: what fits into 64 KiB
    double warmup_s = 0.5;
    double seconds = 3;       // of what is measured
    double standstill_s = 2;  // after so long without any progress, what is missing is given up

    double rate = 2000;  // messages per second of all publishers together

    size_t connections = 5000;
    size_t subscriptions = 0;  // of each connection
    double hold_s = 1;         // how long connections are watched while they are idle

    size_t retained = 100000;  // messages

    size_t filters = 100;  // of each subscriber
    size_t topics = 1000;

    // What client ids and topics begin with.
    std::string prefix() const;
};

// Reads the command line. Ends the process with the reason if it cannot be followed, and with the
// usage if it asks for that.
Options read_options(int count, char** arguments);

}  // namespace grapnel::load
