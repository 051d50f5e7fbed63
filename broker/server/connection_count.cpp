#include <limits>

#include "server/connection.h"

namespace grapnel {

namespace {

// Before one of the early numbers could begin anew.
constexpr uint32_t kEarlyMost = std::numeric_limits<uint32_t>::max() / 2;

void add(Traffic& traffic, uint32_t packets, uint32_t bytes) {
    traffic.control_packets += packets;
    traffic.bytes += bytes;
}

}  // namespace

void Connection::count_bytes(EarlyTraffic::Way& early, Traffic Tally::*way, uint64_t bytes) {
    if (session_ != nullptr && (session_->tally || bytes + early.bytes > kEarlyMost))
        (session_->ensure_tally().*way).bytes += bytes;
    else
        early.bytes += static_cast<uint32_t>(bytes);
}

void Connection::count_early_control(EarlyTraffic::Way& early, Traffic Tally::*way) {
    if (session_ != nullptr && early.packets > kEarlyMost)
        ++(session_->ensure_tally().*way).control_packets;
    else
        ++early.packets;
}

void Connection::begin_tally() {
    if (!session_->tally) return;
    session_->tally->received = {};
    session_->tally->sent = {};
}

Traffic Connection::received() const {
    Traffic all = session_ != nullptr && session_->tally ? session_->tally->received : Traffic{};
    add(all, early_.received.packets, early_.received.bytes);
    return all;
}

Traffic Connection::sent() const {
    Traffic all = session_ != nullptr && session_->tally ? session_->tally->sent : Traffic{};
    add(all, early_.sent.packets, early_.sent.bytes);
    return all;
}

}  // namespace grapnel
