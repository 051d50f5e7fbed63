#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "steady.h"
#include "visitor.h"
#include "watch.h"

namespace grapnel::churn {

struct Options {
    uint16_t port = 0;
    double seconds = 10;
    double rate = 2000;   // messages a second of the steady publishers, all together
    double churn = 200;   // operations a second of clients that come and go
    size_t payload = 64;  // bytes
    uint64_t seed = 1;
};

// The whole cast and its play. Streams have three kinds of names: `hot/QOS/N` are published to at
// the given rate, `calm/QOS/N` at a low one by publishers and to readers that come and go,
// `mail/QOS/N` are read by sessions that are away most of the time.
class Soak {
public:
    explicit Soak(const Options& options);

    // Plays, printing a line of JSON each second and a last one; true if the broker did nothing
    // wrong.
    bool run();

private:
    void cast_publishers();
    void cast_readers();
    Account next_account(const char* kind, bool v5, bool persistent);
    std::vector<uint32_t> add_streams(const char* kind, uint8_t qos, size_t count);
    Publisher& add_publisher(const char* kind, bool v5, bool persistent, std::vector<uint32_t> own,
                             double rate);
    Reader& add_reader(const char* kind, bool v5, bool persistent, const std::string& filter,
                       uint8_t qos);

    void start();
    // Serves the sockets until it is so, before the play.
    void turn_until(const std::function<bool()>& done);
    void play();
    // One operation of the churn, or several that belong together; how many.
    int act();
    void end();
    // One turn of the sockets, and each millisecond what time brings.
    void turn();
    // Whether everything is answered; messages may be missing still.
    bool settled() const;
    uint64_t missing() const;
    void count_what_is_missing();
    void print(bool last);

    const Options options_;
    World world_;
    Streams streams_;
    std::deque<Publisher> publishers_;
    std::deque<Reader> readers_;
    std::deque<Restless> restless_;  // stay or return
    std::deque<Restless> boxes_;     // look in
    WillWatch wills_;
    Shelf shelf_;
    SysWatch sys_;
    Visitors visitors_;
    size_t names_ = 0;
    bool publishing_ = false;
    Clock::time_point started_{};
    Clock::time_point ticked_{};
    Clock::time_point printed_{};
};

}  // namespace grapnel::churn
