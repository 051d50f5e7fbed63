#include <limits>

#include "server/connection.h"

namespace grapnel {

namespace {

// Before a number of the small ones could begin anew.
constexpr uint32_t kSmallMost = std::numeric_limits<uint32_t>::max() / 2;

void add(Traffic& traffic, uint32_t packets, uint32_t bytes) {
    traffic.control_packets += packets;
    traffic.bytes += bytes;
}

}  // namespace

void Connection::count_bytes(SmallTraffic& small, Traffic Tally::*way, uint64_t bytes) {
    if (session_ != nullptr && (session_->tally || bytes + small.bytes > kSmallMost))
        (session_->ensure_tally().*way).bytes += bytes;
    else
        small.bytes += static_cast<uint32_t>(bytes);
}

void Connection::count_control(SmallTraffic& small, Traffic Tally::*way) {
    if (session_ != nullptr && (session_->tally || small.packets > kSmallMost))
        ++(session_->ensure_tally().*way).control_packets;
    else
        ++small.packets;
}

void Connection::begin_tally() {
    if (!session_->tally) return;
    session_->tally->received = {};
    session_->tally->sent = {};
}

Traffic Connection::received() const {
    Traffic all = session_ != nullptr && session_->tally ? session_->tally->received : Traffic{};
    add(all, received_.packets, received_.bytes);
    return all;
}

Traffic Connection::sent() const {
    Traffic all = session_ != nullptr && session_->tally ? session_->tally->sent : Traffic{};
    add(all, sent_.packets, sent_.bytes);
    return all;
}

}  // namespace grapnel
