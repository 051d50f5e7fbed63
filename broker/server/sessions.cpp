#include "server/sessions.h"

#include <algorithm>
#include <utility>

#include "hooks/message_packet.h"
#include "server/router.h"
#include "server/sender.h"
#include "server/wills.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

constexpr uint32_t kNever_s = 0xffffffff;  // 3.1.2.11.2

}  // namespace

Session& Sessions::create(ClientInfo&& client) {
    auto session = std::make_unique<Session>(&Sessions::on_deadline);
    session->info = std::move(client);
    session->handle = worker_.name_session(*session);
    Session& created = *session;
    worker_.sessions.insert(std::move(session));
    worker_.counters.sessions.add();
    return created;
}

Session& Sessions::restore(ClientInfo&& client) { return create(std::move(client)); }

Session& Sessions::establish(ClientInfo&& client, bool& present) {
    Session* old = worker_.sessions.find(client.id.bytes());
    if (old != nullptr) {
        const bool keep = !client.clean_start && old->persistent() &&
                          old->info.username.bytes() == client.username.bytes();
        // A session that goes on cancels its delayed will (3.1.3.2.2); one that ends sends it at
        // once.
        const uint32_t expiry_s = old->info.session_expiry_s;
        if (old->connection != nullptr) {
            if (!keep) old->info.session_expiry_s = 0;
            Connection& connection = *old->connection;
            connection.fail(mqtt::Reason::session_taken_over);
            old = worker_.sessions.find(client.id.bytes());
            if (old != nullptr) old->info.session_expiry_s = expiry_s;
        }
        if (old != nullptr && !keep) {
            end(*old, false);
            old = nullptr;
        }
    }
    present = old != nullptr;
    if (!present) return create(std::move(client));
    discard_will(old->info);
    old->disarm();
    client.inherit_slots(old->info);
    old->info = std::move(client);
    old->info.session_present = true;
    return *old;
}

void Sessions::detach(Connection& connection, mqtt::Reason reason, Bytes why, bool orderly) {
    Session& session = *connection.session();
    ClientInfo& client = session.info;
    session.connection = nullptr;
    if (session.presence) session.presence->set_online(false);
    client.end_connection(worker_.clock.wall_ms);
    worker_.counters.clients_connected.subtract();
    worker_.core.clients_connected.fetch_sub(1, std::memory_order_relaxed);
    const bool ends = !session.persistent();
    if (orderly) {
        discard_will(client);
    } else if (client.will) {
        if (ends || client.will->delay_s == 0 || !worker_.keeps_delayed_wills())
            send_will(worker_, client);
        else
            client.will_due_ms = client.disconnected_ms() + int64_t{client.will->delay_s} * 1000;
    }
    worker_.hooks.disconnected(client, reason, why, ends);
    connection.forget_session();
    if (ends) return end(session, false);
    Sender(worker_).keep_replay(session);
    if (session.outbound && session.outbound->inflight.empty() && session.outbound->queue.empty())
        session.outbound.reset();
    arm(session);
}

void Sessions::arm(Session& session) {
    session.disarm();
    if (session.connection != nullptr) return;
    const ClientInfo& client = session.info;
    int64_t due_ms = client.will_due_ms;
    if (client.session_expiry_s != kNever_s) {
        const int64_t ends_ms = client.disconnected_ms() + int64_t{client.session_expiry_s} * 1000;
        due_ms = due_ms == 0 ? ends_ms : std::min(due_ms, ends_ms);
    }
    if (due_ms == 0) return;
    worker_.timers.arm(session, worker_.clock.monotonic_ms + (due_ms - worker_.clock.wall_ms));
}

void Sessions::on_deadline(Timer& timer) {
    auto& session = static_cast<Session&>(timer);
    Worker& worker = *Worker::current();
    worker.wake();
    ClientInfo& client = session.info;
    const int64_t now_ms = worker.clock.wall_ms;
    if (client.session_expiry_s != kNever_s &&
        client.disconnected_ms() + int64_t{client.session_expiry_s} * 1000 <= now_ms)
        return Sessions(worker).end(session, true);
    if (client.will_due_ms != 0 && client.will_due_ms <= now_ms) send_will(worker, client);
    Sessions(worker).arm(session);
}

void Sessions::end(Session& session, bool expired) {
    GN_ASSERT(session.connection == nullptr);
    session.disarm();
    // 3.1.3.2.2: the will is due when its delay passed or the session ends, whatever comes first.
    send_will(worker_, session.info);
    drop_subscriptions(session);
    drop_outbound(session);
    if (expired) worker_.hooks.client_expired(session.info.id.bytes());
    worker_.forget_session(session.handle);
    worker_.counters.sessions.subtract();
    worker_.bury(worker_.sessions.remove(session));
}

void Sessions::drop_subscriptions(Session& session) {
    if (session.subscriptions.empty()) return;
    mqtt::Unsubscribe packet;
    session.subscriptions.for_each([&](const Subscriptions::Entry& entry) {
        const Bytes text = entry.filter.bytes();
        Filter filter;
        GN_ASSERT(parse_filter(text, SIZE_MAX, filter));
        worker_.core.index.unsubscribe(filter, {session.handle, worker_.index});
        packet.filters.push_back(text);
    });
    worker_.counters.subscriptions.subtract(session.subscriptions.size());
    PacketBox box(&packet, session.info.version);
    worker_.hooks.unsubscribed(session.info, box);
    session.subscriptions.clear();
}

// 4.8.2: what a member of a shared subscription leaves behind goes to another one, but for a QoS 2
// message that was sent.
void Sessions::drop_outbound(Session& session) {
    session.replay.reset();
    if (!session.outbound) return;
    const std::unique_ptr<Outbound> outbound = std::move(session.outbound);
    Router router(worker_);
    const SubscriberKey self{session.handle, worker_.index};
    uint64_t lost = 0;
    Inflight& inflight = outbound->inflight;
    const auto leave = [&](const Delivery& delivery, uint16_t packet_id, bool movable) {
        const bool moved =
            movable && delivery.group && router.pass_on(delivery.group, delivery.message, self);
        if (!moved) ++lost;
        if (!delivery.message || !worker_.hooks.wants(Event::on_qos_dropped)) return;
        DeliveryFacts facts;
        facts.qos = delivery.qos;
        facts.packet_id = packet_id;
        facts.order = delivery.order;
        MessagePacket packet(*delivery.message, facts);
        worker_.hooks.qos_dropped(session.info, packet.box());
    };
    while (!inflight.empty()) {
        const uint16_t packet_id = inflight.first();
        const bool movable = inflight.find(packet_id)->delivery.qos == 1;
        worker_.counters.inflight.subtract();
        leave(inflight.remove(packet_id), packet_id, movable);
    }
    worker_.counters.inflight_dropped.add(lost);
    worker_.counters.queued.subtract(outbound->queue.size());
    while (!outbound->queue.empty()) leave(outbound->queue.pop_front(), 0, true);
    if (lost != 0) worker_.counters.drop(DropReason::session_ended, lost);
}

}  // namespace grapnel
