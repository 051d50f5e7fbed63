#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "world.h"

namespace grapnel::churn {

// The messages of one publisher to one topic, numbered from 0.
struct Stream {
    std::string topic;
    uint8_t qos = 0;
    uint64_t sent = 0;
};

// All streams; a stream is named by its place. Grows before the first message is published.
using Streams = std::vector<Stream>;

// Which stream a payload belongs to, and which of its messages it is.
struct Mark {
    uint32_t stream = 0;
    uint64_t number = 0;
};

// A payload with the mark at its beginning; at least kMarkSize bytes.
inline constexpr size_t kMarkSize = 12;
void write_mark(std::string& payload, const Mark& mark);
// False if the payload is too short.
bool read_mark(std::string_view payload, Mark& mark);

// Which messages of one stream are there.
class Arrivals {
public:
    // False if it was there before.
    bool note(uint64_t number);
    uint64_t missing(uint64_t sent) const;
    // Gives up what is missing before the last arrival; how many that is.
    uint64_t forgive();

private:
    uint64_t next_ = 0;        // all before it are there
    std::deque<bool> beyond_;  // which of those from next_ on are
};

// What arrived of the streams below a filter `NAME/#`, or of the one with the topic: at one
// receiver, or at the members of a shared group together.
class Ledger {
public:
    Ledger(const Streams& streams, std::string_view filter, bool shared);

    // Counts a message that arrived; `highest` is the receiver's own memory of the order.
    void note(World& world, const Mark& mark, std::string_view topic,
              std::vector<uint64_t>& highest);
    // Of QoS 1 and 2.
    uint64_t missing() const;

private:
    const Streams& streams_;
    const bool shared_;
    std::vector<bool> covered_;       // by stream
    std::vector<Arrivals> arrivals_;  // by stream
};

}  // namespace grapnel::churn
