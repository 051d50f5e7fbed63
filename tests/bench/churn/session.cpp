#include "session.h"

#include <algorithm>
#include <utility>

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
        world_.farewells.keep(std::move(socket_), account_.version == 5, world_.now);
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
    socket_->write(subscribe_packet(account_.version, next_packet_id(), filter, qos));
}

void Session::unsubscribe(std::string_view filter) {
    ++world_.tally.unsubscribes;
    socket_->write(unsubscribe_packet(account_.version, next_packet_id(), filter));
}

void Session::publish(std::string_view topic, std::string_view payload, uint8_t qos, bool retain,
                      uint64_t tag) {
    const uint16_t packet_id = qos != 0 ? next_packet_id() : uint16_t{0};
    std::string packet = publish_packet(account_.version, packet_id, topic, payload, qos, retain);
    socket_->write(packet);
    if (qos != 0) sent_.push_back({packet_id, false, std::move(packet), tag});
}

void Session::on_packet(Socket&, uint8_t first, std::string_view body) {
    take_packet(first, body);
    if (mishap_ == Mishap::none || !ready_) return;
    socket_->discard_output();
    if (std::exchange(mishap_, Mishap::none) == Mishap::dropped)
        drop();
    else
        open();
}

void Session::take_packet(uint8_t first, std::string_view body) {
    if ((first & 0xf0) == kPublish) return take_publish(first, body);
    switch (first) {
        case kConnack: return take_connack(body);
        case kPuback:
        case kPubrec:
        case kPubcomp: {
            const uint16_t packet_id = read_16(body, 0);
            if (body.size() > 2 && is_refusal(static_cast<uint8_t>(body[2])))
                world_.tally.add(Fault::refused);
            return take_acknowledgement(first, packet_id);
        }
        case kPubrel: {
            const uint16_t packet_id = read_16(body, 0);
            received_.erase(packet_id);
            return socket_->write(acknowledge_packet(kPubcomp, packet_id));
        }
        case kSuback:
            if (body.size() < 3 || static_cast<uint8_t>(body.back()) >= 0x80)
                world_.tally.add(Fault::refused);
            return events_.on_subscribed();
        case kUnsuback: return events_.on_unsubscribed();
        case kDisconnect: return;  // the end follows
        default: fail("packet " + std::to_string(first) + ", which nobody waits for");
    }
}

void Session::on_end(Socket&) {
    world_.tally.add(Fault::ended);
    ready_ = false;
    world_.poller.bury(std::move(socket_));
}

void Session::take_connack(std::string_view body) {
    if (body.size() < 2) fail("a CONNACK that is too short");
    if (body[1] != 0) return world_.tally.add(Fault::refused);
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
            socket_->write(acknowledge_packet(kPubrel, sent.packet_id));
            continue;
        }
        mark_repeated(sent.packet);
        socket_->write(sent.packet);
    }
}

void Session::take_publish(uint8_t first, std::string_view body) {
    const Publish publish = read_publish(account_.version, first, body);
    if (publish.qos == 1) socket_->write(acknowledge_packet(kPuback, publish.packet_id));
    if (publish.qos == 2) {
        socket_->write(acknowledge_packet(kPubrec, publish.packet_id));
        if (!received_.insert(publish.packet_id).second) return;
    }
    events_.on_publish(publish);
}

void Session::take_acknowledgement(uint8_t first, uint16_t packet_id) {
    // The broker answers in order: what is looked for is at the front.
    const auto sent = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& each) {
        return each.packet_id == packet_id && each.released == (first == kPubcomp);
    });
    if (sent == sent_.end()) {
        // PUBREC of what was sent again after PUBREL was lost on the way is answered, as 4.3.3
        // says.
        if (first == kPubrec) socket_->write(acknowledge_packet(kPubrel, packet_id));
        return;
    }
    if (first == kPubrec) {
        sent->released = true;
        socket_->write(acknowledge_packet(kPubrel, packet_id));
        return;
    }
    const uint64_t tag = sent->tag;
    sent_.erase(sent);
    events_.on_acknowledged(tag);
}

}  // namespace grapnel::churn
