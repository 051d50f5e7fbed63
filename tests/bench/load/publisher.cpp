#include "publisher.h"

#include <algorithm>
#include <bit>

#include "fail.h"
#include "packet.h"

namespace grapnel::load {

Publisher::Publisher(Connection& connection, Loop& loop, const Limits& limits)
    : connection_(&connection), loop_(&loop), limits_(limits) {
    if (limits.qos != 0) {
        awaited_.resize(std::min<size_t>(limits.inflight, connection.receive_maximum()));
        sent_ns_.resize(awaited_.size());
        for (size_t id = awaited_.size(); id > 0; --id)
            free_ids_.push_back(static_cast<uint16_t>(id));
    }
    if (limits.window != 0) undelivered_.resize(std::bit_ceil(limits.window));
}

void Publisher::send(const Message& message, uint64_t time_ns, uint32_t receivers) {
    uint16_t packet_id = 0;
    if (limits_.qos != 0) {
        packet_id = free_ids_.back();
        free_ids_.pop_back();
        awaited_[packet_id - 1u] = limits_.qos == 1 ? kPuback : kPubrec;
        sent_ns_[packet_id - 1u] = time_ns;
    }
    const Stamp stamp{.sequence = sent_,
                      .time_ns = time_ns,
                      .publisher = static_cast<uint32_t>(connection_->number()),
                      .run = limits_.run};
    message.append_to(connection_->output(), packet_id, stamp);
    loop_->will_send(*connection_);
    if (!undelivered_.empty()) undelivered_[sent_ & (undelivered_.size() - 1)] = receivers;
    ++sent_;
    if (receivers == 0) close_gap();
}

uint64_t Publisher::on_acknowledgement(uint8_t first, uint16_t packet_id) {
    if (packet_id == 0 || packet_id > awaited_.size() || awaited_[packet_id - 1u] != first)
        fail(connection_->name() + " got an acknowledgement that it does not wait for");
    uint8_t& awaited = awaited_[packet_id - 1u];
    if (first == kPubrec) {
        awaited = kPubcomp;
        put_acknowledgement(connection_->output(), kPubrel, packet_id);
        loop_->will_send(*connection_);
        return 0;
    }
    awaited = 0;
    free_ids_.push_back(packet_id);
    return sent_ns_[packet_id - 1u];
}

void Publisher::on_delivery(uint64_t sequence) {
    if (undelivered_.empty() || sequence < reached_) return;
    uint32_t& left = undelivered_[sequence & (undelivered_.size() - 1)];
    if (left > 0) --left;
    close_gap();
}

void Publisher::close_gap() {
    if (undelivered_.empty()) return;
    while (reached_ < sent_ && undelivered_[reached_ & (undelivered_.size() - 1)] == 0) ++reached_;
}

void Publisher::open_window() { reached_ = sent_; }

}  // namespace grapnel::load
