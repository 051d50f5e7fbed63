#include "clients.h"

#include <algorithm>

#include "clock.h"
#include "fail.h"

namespace grapnel::load {

namespace {

// Connections without CONNACK at once. Listeners often have a backlog of 100: what does not fit is
// tried again by the kernel after a second, which says nothing about a broker.
constexpr size_t kHalfOpenMax = 64;
constexpr size_t kFiltersPerSubscribe = 100;
constexpr double kAnswer_s = 30;
constexpr uint16_t kKeepalive_s = 60;
constexpr double kPing_s = 25;  // a client is never silent for its keep-alive
constexpr int kWait_ms = 10;
constexpr size_t kHeaderBytes = 1024;  // of any packet, beside its payload
constexpr uint8_t kFailure = 0x80;     // the least reason code that is none

}  // namespace

Clients::Clients(const Options& options, ClientEvents& events)
    : options_(options),
      events_(events),
      loop_(*this, options.payload + kHeaderBytes),
      pinged_ns_(now_ns()) {}

void Clients::open(Role role, size_t number) {
    connections_.push_back(std::make_unique<Connection>(role, number, options_.port, options_.tls,
                                                        options_.websocket));
    Connection& connection = *connections_.back();
    const char* const letter = role == Role::kPublisher ? "-p" : "-s";
    put_connect(connection.output(), options_.prefix() + letter + std::to_string(number),
                kKeepalive_s, options_.v5, options_.lasting && role == Role::kSubscriber);
    loop_.add(connection);
    loop_.will_send(connection);
    loop_.send_all();
}

std::vector<Connection*> Clients::connect(Role role, size_t count) {
    const size_t before = connections_.size();
    const size_t all = before + count;
    while (connections_.size() < all) {
        if (connections_.size() - accepted_ < kHalfOpenMax)
            open(role, connections_.size() - before);
        else
            wait_until([&] { return connections_.size() - accepted_ < kHalfOpenMax; }, "CONNACK");
    }
    wait_until([&] { return accepted_ == all; }, "CONNACK");
    std::vector<Connection*> opened;
    for (size_t i = before; i < all; ++i) opened.push_back(connections_[i].get());
    return opened;
}

void Clients::subscribe(Connection& connection, std::span<const std::string> filters) {
    while (!filters.empty()) {
        const size_t count = std::min(filters.size(), kFiltersPerSubscribe);
        put_subscribe(connection.output(), next_subscribe_id_, filters.first(count), options_.qos,
                      options_.v5);
        if (++next_subscribe_id_ == 0) next_subscribe_id_ = 1;
        filters = filters.subspan(count);
        ++unanswered_subscribes_;
    }
    loop_.will_send(connection);
}

void Clients::wait_subscribed() {
    loop_.send_all();
    wait_until([&] { return unanswered_subscribes_ == 0; }, "SUBACK");
}

void Clients::ping_all() {
    for (const auto& connection : connections_) {
        put_pingreq(connection->output());
        loop_.will_send(*connection);
    }
    unanswered_pings_ += connections_.size();
    pinged_ns_ = now_ns();
    loop_.send_all();
}

void Clients::exchange_pings() {
    // The first round says that all publishes were read, the second comes behind their deliveries.
    for (int round = 0; round < 2; ++round) {
        ping_all();
        wait_until([&] { return unanswered_pings_ == 0; }, "PINGRESP");
    }
}

void Clients::turn(int wait_ms) {
    loop_.turn(wait_ms);
    if (loop_.turned_ns() - pinged_ns_ > nanoseconds(kPing_s)) ping_all();
}

void Clients::turn_for(double seconds) {
    const uint64_t end_ns = now_ns() + nanoseconds(seconds);
    while (now_ns() < end_ns) turn(kWait_ms);
}

void Clients::wait_until(const std::function<bool()>& reached, const char* what) {
    const uint64_t end_ns = now_ns() + nanoseconds(kAnswer_s);
    while (!reached()) {
        if (now_ns() > end_ns) fail(std::string("the broker sends no ") + what);
        turn(kWait_ms);
    }
}

void Clients::on_packet(Connection& connection, const Packet& packet) {
    switch (packet.first & 0xf0) {
        case kPublish: return on_publish(connection, packet);
        case kPuback:
        case kPubrec:
        case kPubrel & 0xf0:
        case kPubcomp: return on_acknowledgement(connection, packet);
        case kPingresp:
            if (unanswered_pings_ == 0) fail("the broker sent a PINGRESP unasked");
            --unanswered_pings_;
            return;
        case kConnack: {
            const Connack connack = read_connack(packet.body, options_.v5);
            if (connack.reason != 0)
                fail("the broker refused " + connection.name() + " with " +
                     std::to_string(connack.reason));
            connection.set_receive_maximum(connack.receive_maximum);
            ++accepted_;
            return;
        }
        case kSuback:
            if (read_suback(packet.body, options_.v5) >= kFailure)
                fail("the broker refused a subscription of " + connection.name());
            if (unanswered_subscribes_ == 0) fail("the broker sent a SUBACK unasked");
            --unanswered_subscribes_;
            return;
        case kDisconnect:
            fail("the broker disconnected " + connection.name() + " with " +
                 std::to_string(packet.body.empty() ? 0 : static_cast<uint8_t>(packet.body[0])));
        default: fail("the broker sent packet " + std::to_string(packet.first));
    }
}

void Clients::on_publish(Connection& connection, const Packet& packet) {
    const Delivery delivery = read_publish(packet, options_.v5);
    if (delivery.qos != 0) {
        put_acknowledgement(connection.output(), delivery.qos == 1 ? kPuback : kPubrec,
                            delivery.packet_id);
        loop_.will_send(connection);
    }
    events_.on_delivery(connection, delivery.payload, delivery.retained);
}

void Clients::on_acknowledgement(Connection& connection, const Packet& packet) {
    const Acknowledgement acknowledgement = read_acknowledgement(packet.body);
    if (acknowledgement.reason >= kFailure)
        fail("the broker refused a message of " + connection.name() + " with " +
             std::to_string(acknowledgement.reason));
    if (packet.first == kPubrel) {
        put_acknowledgement(connection.output(), kPubcomp, acknowledgement.packet_id);
        loop_.will_send(connection);
        return;
    }
    events_.on_acknowledgement(connection, packet.first, acknowledgement.packet_id);
}

}  // namespace grapnel::load
