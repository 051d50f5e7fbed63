#include "mqtt/decode.h"
#include "server/handle.h"
#include "server/sender.h"
#include "server/worker.h"

namespace grapnel {

namespace {

using mqtt::PacketType;
using mqtt::Reason;

// A box for the storage events about a message that is known by its place only.
struct AckFacts {
    AckFacts(mqtt::Ack& ack, mqtt::Version version, const Inflight::Entry& entry)
        : box(&ack, version, &meta) {
        meta.key = entry.key;
        meta.order = entry.delivery.order;
    }
    MessageMeta meta;
    PacketBox box;
};

void completed(Connection& connection, mqtt::Ack& ack, const Inflight::Entry& entry) {
    Dispatcher& hooks = connection.worker().hooks;
    if (!hooks.wants(Event::on_qos_complete)) return;
    AckFacts facts(ack, connection.version(), entry);
    hooks.qos_complete(connection.session()->info, facts.box);
}

// PUBACK, or PUBCOMP: the delivery is over. Stray ones change nothing (4.9).
void handle_final(Connection& connection, mqtt::Ack& ack, Inflight::State expected, uint8_t qos) {
    Session& session = *connection.session();
    Inflight::Entry* const entry =
        session.outbound ? session.outbound->inflight.find(ack.packet_id) : nullptr;
    if (entry == nullptr || entry->state != expected || entry->delivery.qos != qos) return;
    completed(connection, ack, *entry);
    Sender sender(connection.worker());
    sender.settle(session, ack.packet_id);
    sender.pump(session);
}

void handle_pubrec(Connection& connection, mqtt::Ack& ack) {
    Worker& worker = connection.worker();
    Session& session = *connection.session();
    Inflight::Entry* const entry =
        session.outbound ? session.outbound->inflight.find(ack.packet_id) : nullptr;
    if (entry == nullptr || entry->delivery.qos != 2) {
        if (!is_error(ack.reason))
            connection.send_ack(PacketType::pubrel, ack.packet_id, Reason::packet_id_not_found);
        return;
    }
    if (mqtt::is_error(ack.reason)) {  // 4.3.3: the receiver refused it, the id is free
        if (entry->state != Inflight::State::publish) return;
        if (worker.hooks.wants(Event::on_qos_dropped)) {
            AckFacts facts(ack, connection.version(), *entry);
            worker.hooks.qos_dropped(session.info, facts.box);
        }
        worker.counters.inflight_dropped.add();
        Sender sender(worker);
        sender.settle(session, ack.packet_id);
        return sender.pump(session);
    }
    if (entry->state == Inflight::State::publish) {
        entry->state = Inflight::State::pubrel;
        entry->delivery.message = {};
        if (worker.hooks.wants(Event::on_qos_publish)) {
            mqtt::Ack release;
            release.type = PacketType::pubrel;
            release.packet_id = ack.packet_id;
            AckFacts facts(release, connection.version(), *entry);
            worker.hooks.qos_publish(session.info, facts.box, entry->sent_ms, 0);
        }
    }
    connection.send_ack(PacketType::pubrel, ack.packet_id, Reason::success);
}

// 4.3.3-11: the id is free again. A PUBREL that comes twice gets the same answer twice.
void handle_pubrel(Connection& connection, mqtt::Ack& ack) {
    Worker& worker = connection.worker();
    Session& session = *connection.session();
    const bool known = session.received.release(ack.packet_id);
    if (known && worker.hooks.wants(Event::on_qos_complete)) {
        MessageMeta meta;
        PacketBox box(&ack, connection.version(), &meta);
        worker.hooks.qos_complete(session.info, box);
    }
    connection.send_ack(PacketType::pubcomp, ack.packet_id,
                        known || session.received.was_released(ack.packet_id)
                            ? Reason::success
                            : Reason::packet_id_not_found);
}

}  // namespace

void handle_ack(Connection& connection, const mqtt::Frame& frame) {
    mqtt::Ack ack;
    const Reason reason = mqtt::decode_ack(frame, connection.version(), ack);
    if (reason != Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(reason);
    }
    PacketBox box(&ack, connection.version());
    if (!admit(connection, box)) return;
    switch (ack.type) {
        case PacketType::puback: handle_final(connection, ack, Inflight::State::publish, 1); break;
        case PacketType::pubrec: handle_pubrec(connection, ack); break;
        case PacketType::pubrel: handle_pubrel(connection, ack); break;
        default: handle_final(connection, ack, Inflight::State::pubrel, 2); break;
    }
    processed(connection, box, Reason::success);
}

}  // namespace grapnel
