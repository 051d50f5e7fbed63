#include "session.h"

#include <algorithm>
#include <utility>

#include "../load/fail.h"

namespace grapnel::churn {

namespace {

// An id that the broker no longer knows: what is sent again may have been done long ago (4.3.3).
constexpr uint8_t kPacketIdNotFound = 0x92;

bool is_refusal(uint8_t reason) { return reason >= 0x80 && reason != kPacketIdNotFound; }

}  // namespace

Session::~Session() {
    if (socket_) world_.poller.bury(std::move(socket_));
}

void Session::open() {
    if (socket_) {
        ++world_.tally.takeovers;
        world_.farewells.keep(std::move(socket_), account_.v5, world_.now);
    }
    ++world_.tally.connects;
    ready_ = false;
    socket_ =
        std::make_unique<Socket>(world_.poller, world_.port, static_cast<SocketOwner&>(*this));
    socket_->write(connect_packet(account_));
}

void Session::drop() {
    if (!socket_) return;
    ++world_.tally.disconnects;
    ready_ = false;
    socket_->close(world_.pick(2) == 0);
    world_.poller.bury(std::move(socket_));
}

void Session::leave() {
    if (!socket_) return;
    ++world_.tally.disconnects;
    ready_ = false;
    socket_->write(disconnect_packet());
    socket_->finish();
    world_.farewells.keep(std::move(socket_), false, world_.now);
}

uint16_t Session::next_packet_id() {
    // Far more ids than messages are ever unacknowledged at once.
    if (++last_packet_id_ == 0) last_packet_id_ = 1;
    return last_packet_id_;
}

void Session::subscribe(std::string_view filter, uint8_t qos) {
    ++world_.tally.subscribes;
    const std::string filters[] = {std::string(filter)};
    std::string packet;
    load::put_subscribe(packet, next_packet_id(), filters, qos, account_.v5);
    socket_->write(packet);
}

void Session::unsubscribe(std::string_view filter) {
    ++world_.tally.unsubscribes;
    socket_->write(unsubscribe_packet(next_packet_id(), filter, account_.v5));
}

void Session::publish(std::string_view topic, std::string_view payload, uint8_t qos, bool retain,
                      uint64_t tag) {
    const uint16_t packet_id = qos != 0 ? next_packet_id() : uint16_t{0};
    std::string packet = publish_packet(packet_id, topic, payload, qos, retain, account_.v5);
    socket_->write(packet);
    if (qos != 0) sent_.push_back({packet_id, false, std::move(packet), tag});
}

void Session::on_packet(Socket&, const load::Packet& packet) {
    take_packet(packet);
    if (mishap_ == Mishap::none || !ready_) return;
    socket_->discard_output();
    if (std::exchange(mishap_, Mishap::none) == Mishap::dropped)
        drop();
    else
        open();
}

void Session::take_packet(const load::Packet& packet) {
    if ((packet.first & 0xf0) == load::kPublish)
        return take_publish(load::read_publish(packet, account_.v5));
    switch (packet.first) {
        case load::kConnack: return take_connack(packet.body);
        case load::kPuback:
        case load::kPubrec:
        case load::kPubcomp: {
            const load::Acknowledgement answer = load::read_acknowledgement(packet.body);
            if (is_refusal(answer.reason)) world_.tally.add(Fault::refused);
            return take_acknowledgement(packet.first, answer.packet_id);
        }
        case load::kPubrel: {
            const uint16_t packet_id = load::read_acknowledgement(packet.body).packet_id;
            received_.erase(packet_id);
            return answer(load::kPubcomp, packet_id);
        }
        case load::kSuback:
            if (load::read_suback(packet.body, account_.v5) >= 0x80)
                world_.tally.add(Fault::refused);
            return events_.on_subscribed();
        case kUnsuback: return events_.on_unsubscribed();
        case load::kDisconnect: return;  // the end follows
        default:
            load::fail("the broker sent packet " + std::to_string(packet.first) +
                       ", which nobody waits for");
    }
}

void Session::answer(uint8_t first, uint16_t packet_id) {
    std::string packet;
    load::put_acknowledgement(packet, first, packet_id);
    socket_->write(packet);
}

void Session::on_end(Socket&) {
    world_.tally.add(Fault::ended);
    ready_ = false;
    world_.poller.bury(std::move(socket_));
}

void Session::take_connack(std::string_view body) {
    if (load::read_connack(body, account_.v5).reason != 0) return world_.tally.add(Fault::refused);
    const bool present = (body[0] & 1) != 0;
    if (present) ++world_.tally.resumed;
    if (present != known_) world_.tally.add(Fault::forgotten);
    known_ = account_.persistent;
    ready_ = true;
    if (!present) received_.clear();
    send_again();
    events_.on_connected();
}

void Session::send_again() {
    for (Sent& sent : sent_) {
        if (sent.released) {
            answer(load::kPubrel, sent.packet_id);
            continue;
        }
        mark_repeated(sent.packet);
        socket_->write(sent.packet);
    }
}

void Session::take_publish(const load::Delivery& delivery) {
    if (delivery.qos == 1) answer(load::kPuback, delivery.packet_id);
    if (delivery.qos == 2) {
        answer(load::kPubrec, delivery.packet_id);
        if (!received_.insert(delivery.packet_id).second) return;
    }
    events_.on_publish(delivery);
}

void Session::take_acknowledgement(uint8_t first, uint16_t packet_id) {
    // The broker answers in order: what is looked for is at the front.
    const auto sent = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& each) {
        return each.packet_id == packet_id && each.released == (first == load::kPubcomp);
    });
    if (sent == sent_.end()) {
        // PUBREC of what was sent again after PUBREL was lost on the way is answered, as 4.3.3
        // says.
        if (first == load::kPubrec) answer(load::kPubrel, packet_id);
        return;
    }
    if (first == load::kPubrec) {
        sent->released = true;
        answer(load::kPubrel, packet_id);
        return;
    }
    const uint64_t tag = sent->tag;
    sent_.erase(sent);
    events_.on_acknowledged(tag);
}

}  // namespace grapnel::churn
