#include "server/sender.h"

#include <algorithm>

#include "server/access.h"
#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

namespace {

// True when the socket has enough for now; the session is asked again once it has not.
bool congested(const Session& session) {
    if (!session.connection->congested()) return false;
    session.connection->wait_for_room();
    return true;
}

bool can_send(const Session& session) {
    return session.connection != nullptr && session.connection->established();
}

DeliveryFacts facts_of(const Delivery& delivery, uint16_t packet_id, bool dup) {
    DeliveryFacts facts;
    facts.qos = delivery.qos;
    facts.retain = delivery.retain;
    facts.dup = dup;
    facts.packet_id = packet_id;
    facts.order = delivery.order;
    facts.subscription_identifiers = delivery.identifiers.span();
    return facts;
}

}  // namespace

bool Sender::window_open(const Session& session, const Outbound& outbound) const {
    const uint32_t window = std::min(session.info.receive_maximum, worker_.limits.maximum_inflight);
    return outbound.quota_used < window;
}

// 0 switches either limit off. While publishers wait, what they had sent already is let in by its
// bytes alone.
bool Sender::full(const Connection& connection, bool publishers_wait) const {
    const config::Limits& limits = worker_.limits;
    const Output& output = connection.output();
    const bool bytes = limits.maximum_client_bytes_pending != 0 &&
                       output.bytes() > limits.maximum_client_bytes_pending;
    const bool packets = limits.maximum_client_writes_pending != 0 && !publishers_wait &&
                         output.packets() >= limits.maximum_client_writes_pending;
    return bytes || packets;
}

// Much waits for a receiver: what its socket takes goes now, the publisher waits for the rest.
// False when even so it has more than it may.
bool Sender::make_way(Connection& connection, const Outgoing& message) {
    connection.relieve();
    if (!worker_.marks.crowded(connection.output())) return true;
    const bool waits =
        worker_.brakes.press(connection, message.publisher(), message.view().payload.size());
    return !full(connection, waits);
}

bool Sender::deliver(Session& session, Outgoing& message, uint8_t qos, bool retain,
                     std::span<const uint32_t> identifiers, const Ref<SharedGroup>& group) {
    if (qos == 0) {
        if (!can_send(session)) {
            worker_.counters.drop(DropReason::offline);
            session.drop(DropReason::offline);
            return false;
        }
        Connection& connection = *session.connection;
        if (worker_.marks.crowded(connection.output()) && !make_way(connection, message)) {
            dropped(session, message.hold(), DropReason::slow_reader);
            return false;
        }
        DeliveryFacts facts;
        facts.retain = retain;
        facts.subscription_identifiers = identifiers;
        if (connection.send_publish(message, facts)) return true;
        dropped(session, message.hold(), DropReason::too_large);
        return false;
    }
    Delivery delivery;
    delivery.message = message.hold();
    delivery.group = group;
    delivery.identifiers = Identifiers(identifiers);
    delivery.order = session.next_order++;
    delivery.qos = qos;
    delivery.retain = retain;
    Outbound& outbound = session.ensure_outbound();
    if (can_send(session) && outbound.queue.empty() && outbound.resend_next == 0 &&
        window_open(session, outbound) && !congested(session)) {
        if (!outbound.inflight.full()) {
            send_new(session, std::move(delivery), message, false);
            return true;
        }
        tell_exhausted(session, delivery);
    }
    if (!enqueue(session, std::move(delivery))) return false;
    if (can_send(session) && worker_.marks.crowded(outbound))
        worker_.brakes.press(*session.connection, message.publisher(),
                             message.view().payload.size());
    return true;
}

void Sender::send_new(Session& session, Delivery delivery, Outgoing& message, bool was_queued) {
    Outbound& outbound = *session.outbound;
    const uint16_t packet_id = outbound.inflight.add(std::move(delivery), worker_.clock.wall_ms);
    GN_ASSERT(packet_id != 0);  // the window is at most maximum_inflight <= 65,535
    Inflight::Entry& entry = *outbound.inflight.find(packet_id);
    entry.counted = true;
    ++outbound.quota_used;
    worker_.counters.inflight.add();
    DeliveryFacts facts = facts_of(entry.delivery, packet_id, false);
    facts.known = was_queued;
    tell_qos_publish(session, entry.delivery, facts, entry.sent_ms);
    if (session.connection->send_publish(message, facts)) return;
    discard(session, settle(session, packet_id), packet_id, DropReason::too_large);
}

bool Sender::make_room(Session& session, Outbound& outbound, size_t bytes) {
    const config::Limits& limits = worker_.limits;
    const auto full = [&] {
        return (limits.maximum_queued_messages != 0 &&
                outbound.queue.size() >= limits.maximum_queued_messages) ||
               (limits.maximum_queued_bytes != 0 &&
                outbound.queued_bytes + bytes > limits.maximum_queued_bytes);
    };
    if (!full()) return true;
    drop_expired(session);
    if (!full()) return true;
    switch (limits.queue_drop_policy) {
        case config::QueueDropPolicy::oldest:
            if (limits.maximum_queued_bytes != 0 && bytes > limits.maximum_queued_bytes)
                return false;
            while (full() && !outbound.queue.empty()) {
                const Delivery oldest = outbound.dequeue();
                worker_.counters.queued.subtract();
                discard(session, oldest, 0, DropReason::queue_full);
            }
            return !full();
        case config::QueueDropPolicy::disconnect:
            if (session.connection != nullptr)
                worker_.doom(*session.connection, mqtt::Reason::quota_exceeded);
            return false;
        case config::QueueDropPolicy::newest: break;
    }
    return false;
}

void Sender::drop_expired(Session& session) {
    constexpr int64_t kPeriod_ms = 1000;
    Outbound& outbound = *session.outbound;
    const Clock& clock = worker_.clock;
    if (outbound.expires_first_ms == 0 || outbound.expires_first_ms > clock.wall_ms ||
        outbound.expiry_next_look_ms > clock.monotonic_ms)
        return;
    outbound.expiry_next_look_ms = clock.monotonic_ms + kPeriod_ms;
    outbound.expires_first_ms = 0;
    std::vector<Delivery> expired;
    for (size_t left = outbound.queue.size(); left != 0; --left) {
        Delivery delivery = outbound.dequeue();
        if (!delivery.message->expired(clock.wall_ms)) {
            outbound.enqueue(std::move(delivery));
            continue;
        }
        worker_.counters.queued.subtract();
        expired.push_back(std::move(delivery));
    }
    for (const Delivery& delivery : expired) discard(session, delivery, 0, DropReason::expired);
}

bool Sender::enqueue(Session& session, Delivery delivery) {
    Outbound& outbound = *session.outbound;
    if (!make_room(session, outbound, delivery.message->footprint())) {
        dropped(session, delivery.message, DropReason::queue_full);
        return false;
    }
    tell_qos_publish(session, delivery, facts_of(delivery, 0, false), 0);
    outbound.enqueue(std::move(delivery));
    worker_.counters.queued.add();
    return true;
}

void Sender::pump(Session& session) {
    if (!can_send(session)) return;
    if (session.outbound) {
        if (!pump_resend(session)) return;
        pump_queue(session);
    }
    if (session.replay) pump_replay(session);
}

// True when nothing owed from an earlier connection is left.
bool Sender::pump_resend(Session& session) {
    Outbound& outbound = *session.outbound;
    while (outbound.resend_next != 0) {
        const uint16_t packet_id = outbound.resend_next;
        Inflight::Entry& entry = *outbound.inflight.find(packet_id);
        if (congested(session)) return false;
        if (entry.state == Inflight::State::publish && !window_open(session, outbound))
            return false;
        outbound.resend_next = outbound.inflight.next(packet_id);
        resend(session, packet_id);
        if (!can_send(session)) return false;
    }
    return true;
}

void Sender::resend(Session& session, uint16_t packet_id) {
    Outbound& outbound = *session.outbound;
    Inflight::Entry& entry = *outbound.inflight.find(packet_id);
    if (entry.state == Inflight::State::pubrel) {
        session.connection->send_ack(mqtt::PacketType::pubrel, packet_id, mqtt::Reason::success);
        return;
    }
    const Ref<Message> body = entry.delivery.message;
    // A QoS 2 id that the client may hold already must be brought to its end first.
    if (entry.delivery.qos == 1 && body->expired(worker_.clock.wall_ms)) {
        return discard(session, settle(session, packet_id), packet_id, DropReason::expired);
    }
    entry.counted = true;
    ++outbound.quota_used;
    entry.sent_ms = worker_.clock.wall_ms;
    DeliveryFacts facts = facts_of(entry.delivery, packet_id, true);
    facts.known = true;
    tell_qos_publish(session, entry.delivery, facts, entry.sent_ms);
    Outgoing message(worker_, body);
    message.leave_untimed();
    if (session.connection->send_publish(message, facts)) return;
    discard(session, settle(session, packet_id), packet_id, DropReason::too_large);
}

void Sender::pump_queue(Session& session) {
    Outbound& outbound = *session.outbound;
    while (!outbound.queue.empty() && can_send(session)) {
        if (!window_open(session, outbound) || congested(session)) return;
        const Ref<Message> body = outbound.queue.front().message;
        const bool expired = body->expired(worker_.clock.wall_ms);
        if (!expired && outbound.inflight.full())
            return tell_exhausted(session, outbound.queue.front());
        Delivery delivery = outbound.dequeue();
        worker_.counters.queued.subtract();
        if (expired) {
            discard(session, delivery, 0, DropReason::expired);
            continue;
        }
        Outgoing message(worker_, body);
        if (body->received_us() < outbound.timed_from_us) message.leave_untimed();
        send_new(session, std::move(delivery), message, true);
    }
}

void Sender::pump_replay(Session& session) {
    Replay& replay = *session.replay;
    bool fresh = false;
    while (can_send(session)) {
        if (!replay.items_left()) {
            if (!look_up(session, replay)) break;
            fresh = true;
            continue;
        }
        Replay::Item& item = replay.items[replay.next];
        const uint8_t qos = std::min(item.message->qos(), item.options.qos);
        if (congested(session)) return;
        // What has no queue to wait in waits here, instead of being dropped as for a slow reader.
        if (qos == 0 && worker_.marks.overcrowded(session.connection->output()))
            return session.connection->wait_for_room();
        if (qos != 0 && session.outbound &&
            (!session.outbound->queue.empty() || !window_open(session, *session.outbound)))
            return;
        ++replay.next;
        const Replay::Item taken = std::move(item);
        if (!still_due(*taken.message, fresh)) continue;
        if (!deliver_retained(session, taken, qos)) continue;
        if (worker_.hooks.wants(Event::on_retain_published)) {
            MessagePacket packet(*taken.message);
            worker_.hooks.retain_published(session.info, packet.box());
        }
    }
    if (replay.waiting() == 0) session.replay.reset();
}

// The next messages take the place of those that were given. False: there are none, or they wait
// for another turn.
bool Sender::look_up(Session& session, Replay& replay) {
    replay.items.clear();
    replay.next = 0;
    if (replay.lookups.empty()) return false;
    if (!worker_.replays.may_look()) {
        if (session.connection != nullptr && !std::exchange(replay.waits_for_turn, true))
            worker_.replays.wait(session.connection->key());
        return false;
    }
    Replay::Lookup& lookup = replay.lookups.front();
    size_t looked_at = 1;
    for (auto& message : worker_.core.retained.match(lookup.messages, worker_.clock.wall_ms,
                                                     worker_.replays.places_left(), looked_at))
        replay.items.push_back({std::move(message), lookup.options});
    worker_.replays.looked_at(looked_at);
    if (lookup.messages.ended()) replay.lookups.pop_front();
    return true;
}

// What replaced it meanwhile was delivered as any message: an older state must not follow it.
// `fresh`: it was looked up in this turn.
bool Sender::still_due(const Message& message, bool fresh) const {
    if (message.expired(worker_.clock.wall_ms)) return false;
    return fresh || worker_.core.retained.current(message);
}

// False when the client may not have it.
bool Sender::deliver_retained(Session& session, const Replay::Item& item, uint8_t qos) {
    Outgoing message(worker_, item.message);
    message.leave_untimed();
    if (!may_deliver(worker_, session.info, message)) return false;
    const uint32_t identifier = item.options.identifier;
    deliver(session, message, qos, true, {&identifier, identifier == 0 ? size_t{0} : size_t{1}});
    return true;
}

void Sender::keep_replay(Session& session) {
    if (!session.replay) return;
    std::unique_ptr<Replay> replay = std::move(session.replay);
    if (!session.persistent()) return;
    replay->waits_for_turn = false;
    for (size_t left = replay->lookups.size(); left != 0; --left) {
        Replay::Lookup lookup = replay->lookups.pop_front();
        if (lookup.options.qos != 0) replay->lookups.push_back(std::move(lookup));
    }
    bool fresh = false;
    do {
        for (; replay->items_left(); ++replay->next) {
            const Replay::Item& item = replay->items[replay->next];
            const uint8_t qos = std::min(item.message->qos(), item.options.qos);
            if (qos != 0 && still_due(*item.message, fresh)) deliver_retained(session, item, qos);
        }
        fresh = true;
    } while (look_up(session, *replay));
    if (replay->waiting() != 0) session.replay = std::move(replay);
}

void Sender::restart(Session& session) {
    if (!session.outbound) return;
    Outbound& outbound = *session.outbound;
    outbound.quota_used = 0;
    outbound.resend_next = outbound.inflight.first();
    outbound.timed_from_us = worker_.clock.monotonic_us;
    for (uint16_t id = outbound.inflight.first(); id != 0; id = outbound.inflight.next(id))
        outbound.inflight.find(id)->counted = false;
}

Delivery Sender::settle(Session& session, uint16_t packet_id) {
    Outbound& outbound = *session.outbound;
    if (outbound.resend_next == packet_id) outbound.resend_next = outbound.inflight.next(packet_id);
    if (outbound.inflight.find(packet_id)->counted) --outbound.quota_used;
    worker_.counters.inflight.subtract();
    return outbound.inflight.remove(packet_id);
}

void Sender::dropped(Session& session, const Ref<Message>& message, DropReason reason) {
    worker_.counters.drop(reason);
    session.drop(reason);
    if (!worker_.hooks.wants(Event::on_publish_dropped)) return;
    MessagePacket packet(*message);
    worker_.hooks.publish_dropped(session.info, packet.box());
}

void Sender::discard(Session& session, const Delivery& delivery, uint16_t packet_id,
                     DropReason reason) {
    dropped(session, delivery.message, reason);
    if (!worker_.hooks.wants(Event::on_qos_dropped)) return;
    MessagePacket packet(*delivery.message, facts_of(delivery, packet_id, false));
    worker_.hooks.qos_dropped(session.info, packet.box());
}

void Sender::tell_exhausted(Session& session, const Delivery& delivery) {
    if (delivery.order <= session.outbound->told_order) return;
    session.outbound->told_order = delivery.order;
    if (!worker_.hooks.wants(Event::on_packet_id_exhausted)) return;
    MessagePacket packet(*delivery.message, facts_of(delivery, 0, false));
    worker_.hooks.packet_id_exhausted(session.info, packet.box());
}

void Sender::tell_qos_publish(Session& session, const Delivery& delivery,
                              const DeliveryFacts& facts, int64_t sent_ms) {
    if (!worker_.hooks.wants(Event::on_qos_publish)) return;
    MessagePacket packet(*delivery.message, facts);
    worker_.hooks.qos_publish(session.info, packet.box(), sent_ms, facts.dup ? 1 : 0);
}

}  // namespace grapnel
