#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "load_client.h"

namespace grapnel::load {

struct Options {
    uint16_t port = 0;
    pid_t broker = 0;  // its CPU time is measured
    size_t topics = 10;
    size_t subscribers = 1;  // of each topic
    uint8_t qos = 0;
    size_t window = 16;  // messages of a topic that did not yet reach all its subscribers
    size_t payload_size = 64;
    double warmup_s = 0.5;
    double seconds = 3;
};

struct Outcome {
    double seconds = 0;
    double broker_cpu_s = 0;
    uint64_t deliveries = 0;  // while it was measured
    // Of the whole run, warm-up included:
    uint64_t lost = 0;
    uint64_t duplicates = 0;
    uint64_t disordered = 0;  // behind a later one of the same publisher
};

// One publisher a topic, `subscribers` subscribers each, all in one thread. A publisher sends on as
// long as its window has room, so that the broker is never without work and never flooded.
class Scenario final : private ClientEvents {
public:
    explicit Scenario(const Options& options);
    ~Scenario();
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;

    Outcome run();

private:
    struct Topic {
        std::string name;
        uint64_t sent = 0;
        uint64_t acknowledged = 0;
        uint64_t arrived = 0;   // at all subscribers together
        uint64_t forgiven = 0;  // given up by the window after a standstill; counted as lost
    };
    struct Subscriber {
        size_t topic = 0;
        std::vector<bool> seen;  // by number of message
        uint64_t distinct = 0;
    };

    void on_ready(size_t client) override;
    void on_message(size_t client, std::string_view payload) override;
    void on_acknowledged(size_t client) override;

    void wait_ready(size_t count);
    void fill_window(size_t topic);
    void fill_windows();
    // Waits at most 100 ms for the sockets and does what they ask for.
    void turn();
    void flush(size_t client);
    void turn_until(std::chrono::steady_clock::time_point end);
    void drain();
    bool all_arrived() const;
    Outcome count() const;

    const Options options_;
    int epoll_ = -1;
    std::vector<std::unique_ptr<Client>> clients_;  // publishers, one a topic, then subscribers
    std::vector<bool> watched_for_room_;
    std::vector<Topic> topics_;
    std::vector<Subscriber> subscribers_;
    std::string payload_;
    size_t ready_ = 0;
    bool publishing_ = false;
    uint64_t arrived_ = 0;
    uint64_t duplicates_ = 0;
    uint64_t disordered_ = 0;
};

// User and system time that a process used so far, all its threads.
double cpu_seconds(pid_t process);

}  // namespace grapnel::load
